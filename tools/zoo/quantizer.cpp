#include "tools/zoo/quantizer.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::zoo {
namespace {

// Writes the integer graph beside the float one that it reads.
class Rewriter {
 public:
  Rewriter(const Graph& graph, std::vector<Quantization> scales)
      : graph_(graph), scales_(std::move(scales)), builder_(graph.name()), values_(graph.values().size(), kNoValue) {}

  Result<Graph> run() && {
    for (uint32_t v = 0; v < graph_.values().size(); ++v) {
      if (!graph_.values()[v].isConstant) values_[v] = addActivation(ValueId{v});
    }
    for (uint32_t n = 0; n < graph_.nodes().size(); ++n) TRIREME_TRY(addNode(NodeId{n}));
    builder_.setInputs(mapped(graph_.inputs()));
    builder_.setOutputs(mapped(graph_.outputs()));
    return std::move(builder_).build();
  }

 private:
  ValueId addActivation(ValueId id) {
    const Value& value = graph_.value(id);
    return builder_.addInner(value.name, {DataType::Int8, value.type.shape, scales_[index(id)]});
  }

  std::vector<ValueId> mapped(std::span<const ValueId> ids) const {
    std::vector<ValueId> result;
    for (const ValueId id : ids) result.push_back(values_[index(id)]);
    return result;
  }

  // A constant that is no weight: data beside activations, or indices.
  ValueId plainConstant(ValueId id) {
    ValueId& known = values_[index(id)];
    if (known != kNoValue) return known;
    const Value& value = graph_.value(id);
    const Quantization& scale = scales_[index(id)];
    known = scale.scales.empty() ? builder_.addConstant(value.name, value.type, value.constant)
                                 : builder_.addConstant(value.name, {DataType::Int8, value.type.shape, scale},
                                                        quantizeCodes(floatsOf(value), scale));
    return known;
  }

  Status refuse(NodeId id, std::string_view what) const {
    return Status::error(Code::Unsupported, fmt::format("node {} {}: {}", index(id), opName(graph_.node(id).op), what));
  }

  bool isFloatConstant(ValueId id) const {
    return graph_.value(id).isConstant && graph_.value(id).type.dtype == DataType::Float32;
  }

  // Weights and bias, made for this node: another node may read them with another input's scale.
  Status addWeights(NodeId id, const OperatorRule& rule, std::vector<ValueId>& inputs) {
    const Node& node = graph_.node(id);
    const bool hasBias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    if (!isFloatConstant(node.inputs[1]) || (hasBias && !isFloatConstant(node.inputs[2]))) {
      return refuse(id, "weights and bias must be float32 constants");
    }
    const Value& weights = graph_.value(node.inputs[1]);
    const float inputScale = scales_[index(node.inputs[0])].scales[0];
    const Codes codes =
        quantizeWeights(floatsOf(weights), weights.type.shape, rule.weightsAxis,
                        hasBias ? floatsOf(graph_.value(node.inputs[2])) : std::span<const float>(), inputScale);
    inputs.push_back(
        builder_.addConstant(weights.name, {DataType::Int8, weights.type.shape, codes.weightScales}, codes.weights));
    if (!hasBias) return {};
    const Value& bias = graph_.value(node.inputs[2]);
    inputs.push_back(builder_.addConstant(bias.name, {DataType::Int32, bias.type.shape, codes.biasScales}, codes.bias));
    return {};
  }

  Status addNode(NodeId id) {
    TRIREME_ASSIGN(const OperatorRule* rule, ruleOf(graph_, id));
    Node node = graph_.node(id);
    node.version = std::max(node.version, rule->version);
    std::vector<ValueId> inputs;
    const size_t others = rule->weightsAxis < 0 ? node.inputs.size() : 1;
    for (size_t i = 0; i < others; ++i) {
      const ValueId input = node.inputs[i];
      inputs.push_back(graph_.value(input).isConstant ? plainConstant(input) : values_[index(input)]);
    }
    if (rule->weightsAxis >= 0) TRIREME_TRY(addWeights(id, *rule, inputs));
    node.inputs = std::move(inputs);
    node.outputs = mapped(node.outputs);
    builder_.addNode(std::move(node));
    return {};
  }

  const Graph& graph_;
  std::vector<Quantization> scales_;
  graph::Builder builder_;
  std::vector<ValueId> values_;  // of the new graph, by the old one's
};

}  // namespace

Result<Graph> quantizeInt8(const Graph& graph, const Ranges& ranges) {
  if (!graph.state().empty()) {
    return Status::error(Code::Unsupported, "the quantiser takes graphs without state");
  }
  TRIREME_ASSIGN(std::vector<Quantization> scales, assignScales(graph, ranges));
  return Rewriter(graph, std::move(scales)).run();
}

}  // namespace trireme::zoo
