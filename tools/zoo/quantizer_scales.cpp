// Which scale each value gets: a table of operators, and groups of values that must share one.
#include <fmt/format.h>

#include <climits>
#include <cmath>
#include <numeric>

#include "tools/zoo/quantizer.h"

namespace trireme::zoo {
namespace {

constexpr OperatorRule kRules[] = {
    {OpKind::Conv2d, 3, OutputScale::Own, 0},
    {OpKind::DepthwiseConv2d, 3, OutputScale::Own, 3},
    {OpKind::FullyConnected, 12, OutputScale::Own, 0},
    {OpKind::Add, 2, OutputScale::Own, -1, 2},
    {OpKind::Mul, 2, OutputScale::Own, -1, 2},
    {OpKind::Mean, 2, OutputScale::Own},
    {OpKind::HardSwish, 1, OutputScale::Own},
    {OpKind::Relu, 2, OutputScale::Own},
    {OpKind::Relu6, 2, OutputScale::Own},
    {OpKind::AveragePool2d, 2, OutputScale::AsInputs},
    {OpKind::MaxPool2d, 2, OutputScale::AsInputs},
    {OpKind::Concatenation, 2, OutputScale::AsInputs, -1, INT_MAX},
    {OpKind::Reshape, 1, OutputScale::AsInputs},
    {OpKind::Pad, 2, OutputScale::AsInputs},
    {OpKind::ResizeBilinear, 2, OutputScale::AsInputs},
    {OpKind::Logistic, 2, OutputScale::Probability},
    {OpKind::Softmax, 2, OutputScale::Probability},
    {OpKind::Tanh, 2, OutputScale::Unit},
};

Quantization perTensor(float scale, int32_t zeroPoint) { return {{scale}, {zeroPoint}, -1, 0}; }

Status refuse(const Graph& graph, NodeId id, std::string_view what) {
  const Node& node = graph.node(id);
  return Status::error(Code::Unsupported, fmt::format("node {} {}: {}", index(id), opName(node.op), what));
}

// Values that must have one scale, as sets that are joined (union-find).
class Groups {
 public:
  explicit Groups(size_t values) : parent_(values), ranges_(values), fixed_(values) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  uint32_t find(ValueId id) {
    uint32_t root = index(id);
    while (parent_[root] != root) root = parent_[root] = parent_[parent_[root]];
    return root;
  }
  void include(ValueId id, const Range& range) { ranges_[find(id)].include(range); }
  // False: the group has another scale fixed.
  bool fix(ValueId id, const Quantization& to) {
    Quantization& fixed = fixed_[find(id)];
    if (fixed.scales.empty()) fixed = to;
    return fixed == to;
  }
  bool join(ValueId a, ValueId b) {
    const uint32_t keep = find(a), gone = find(b);
    if (keep == gone) return true;
    parent_[gone] = keep;
    ranges_[keep].include(ranges_[gone]);
    return fixed_[gone].scales.empty() || fix(a, fixed_[gone]);
  }
  Quantization of(ValueId id) {
    const uint32_t root = find(id);
    return fixed_[root].scales.empty() ? activationQuantization(ranges_[root]) : fixed_[root];
  }

 private:
  std::vector<uint32_t> parent_;
  Ranges ranges_;
  std::vector<Quantization> fixed_;
};

size_t dataInputs(const Node& node, const OperatorRule& rule) {
  return std::min(node.inputs.size(), static_cast<size_t>(rule.dataInputs));
}

Status settleNode(const Graph& graph, NodeId id, Groups& groups) {
  TRIREME_ASSIGN(const OperatorRule* rule, ruleOf(graph, id));
  const Node& node = graph.node(id);
  const ValueId output = node.outputs[0];
  constexpr std::string_view kTwice = "its values would need two scales that are both fixed";
  if (rule->output == OutputScale::Probability && !groups.fix(output, perTensor(1.0F / 256, -128))) {
    return refuse(graph, id, kTwice);
  }
  if (rule->output == OutputScale::Unit && !groups.fix(output, perTensor(1.0F / 128, 0))) {
    return refuse(graph, id, kTwice);
  }
  for (size_t i = 0; rule->output == OutputScale::AsInputs && i < dataInputs(node, *rule); ++i) {
    if (!groups.join(node.inputs[i], output)) return refuse(graph, id, kTwice);
  }
  return {};
}

// What nodes read and write as data: activations and the constants beside them.
Result<std::vector<bool>> dataValues(const Graph& graph) {
  std::vector<bool> isData(graph.values().size(), false);
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.nodes()[n];
    TRIREME_ASSIGN(const OperatorRule* rule, ruleOf(graph, NodeId{n}));
    std::vector<ValueId> data(node.inputs.begin(), node.inputs.begin() + static_cast<long>(dataInputs(node, *rule)));
    data.push_back(node.outputs[0]);
    for (const ValueId id : data) {
      if (id == kNoValue || graph.value(id).type.dtype != DataType::Float32) {
        return refuse(graph, NodeId{n}, "the quantiser takes float32 tensors only");
      }
      isData[index(id)] = true;
    }
  }
  return isData;
}

}  // namespace

Result<const OperatorRule*> ruleOf(const Graph& graph, NodeId node) {
  for (const OperatorRule& rule : kRules) {
    if (rule.op == graph.node(node).op) return &rule;
  }
  return refuse(graph, node, "the quantiser has no rule for this operator");
}

Quantization activationQuantization(const Range& range) {
  const double low = std::min(0.0, double(range.low)), high = std::max(0.0, double(range.high));
  if (!(high - low > 1e-30)) return perTensor(1.0F / 255, -128);  // nothing but zeros
  const auto scale = static_cast<float>((high - low) / 255);
  const double zero = std::round(-128 - low / double(scale));
  return perTensor(scale, static_cast<int32_t>(std::clamp(zero, -128.0, 127.0)));
}

Result<std::vector<Quantization>> assignScales(const Graph& graph, const Ranges& ranges) {
  TRIREME_ASSIGN(const std::vector<bool> isData, dataValues(graph));
  Groups groups(graph.values().size());
  for (uint32_t v = 0; v < isData.size(); ++v) {
    if (!isData[v]) continue;
    Range range = ranges[v];
    if (graph.values()[v].isConstant) range.include(floatsOf(graph.values()[v]));
    if (!range.seen) {
      return Status::error(Code::InvalidArgument,
                           fmt::format("calibration saw nothing of '{}'", graph.values()[v].name));
    }
    groups.include(ValueId{v}, range);
  }
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) TRIREME_TRY(settleNode(graph, NodeId{n}, groups));
  std::vector<Quantization> scales(graph.values().size());
  for (uint32_t v = 0; v < isData.size(); ++v) {
    if (isData[v]) scales[v] = groups.of(ValueId{v});
  }
  return scales;
}

}  // namespace trireme::zoo
