// Nodes that hand on their input as it is, type and bits.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/graph/implemented.h"
#include "core/passes/passes.h"

namespace trireme::passes {
namespace {

// Elements of a constant int32 or int64 operand; none otherwise.
std::optional<std::vector<int64_t>> integers(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  const bool wide = value.type.dtype == DataType::Int64;
  if (!value.isConstant || (!wide && value.type.dtype != DataType::Int32)) return std::nullopt;
  const size_t size = wide ? sizeof(int64_t) : sizeof(int32_t);
  std::vector<int64_t> elements;
  for (size_t at = 0; at + size <= value.constant.size(); at += size) {
    int32_t narrow = 0;
    int64_t element = 0;
    std::memcpy(wide ? static_cast<void*>(&element) : &narrow, value.constant.data() + at, size);
    elements.push_back(wide ? element : narrow);
  }
  return elements;
}

// Whether dimensions above 1 keep their order. The shape being the same is not enough: 2x2 transposed.
bool keepsOrder(const Graph& graph, const Node& node) {
  const Shape& shape = graph.value(node.inputs[0]).type.shape;
  const auto permutation = integers(graph, node.inputs[1]);
  if (!permutation) return false;
  int64_t last = -1;
  for (const int64_t axis : *permutation) {
    const int64_t positive = axis < 0 ? axis + shape.rank() : axis;
    if (shape.dim(static_cast<int>(positive)) == 1) continue;
    if (positive < last) return false;
    last = positive;
  }
  return true;
}

// With the output's shape equal to the input's, nothing is cut off if it runs forward through every dimension.
bool takesAll(const Graph& graph, const Node& node) {
  const auto& params = node.as<StridedSliceParams>();
  const auto strides = integers(graph, node.inputs[3]);
  return params.newAxisMask == 0 && params.shrinkAxisMask == 0 && strides &&
         std::all_of(strides->begin(), strides->end(), [](int64_t stride) { return stride == 1; });
}

// The input that the node hands on unchanged, provided that output and input have the same type; none: it does more.
std::optional<size_t> handedOn(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpKind::Reshape:
    case OpKind::Squeeze:
    case OpKind::ExpandDims:
    case OpKind::Cast:
    case OpKind::Pad:
    case OpKind::PadV2:
    case OpKind::MirrorPad:
    case OpKind::Slice:
      return 0;
    case OpKind::Quantize:
      return graph.value(node.inputs[0]).type.quantization.scales.empty() ? std::nullopt : std::optional<size_t>(0);
    case OpKind::Transpose:
      return keepsOrder(graph, node) ? std::optional<size_t>(0) : std::nullopt;
    case OpKind::StridedSlice:
      return takesAll(graph, node) ? std::optional<size_t>(0) : std::nullopt;
    case OpKind::Concatenation:
      if (node.inputs.size() == 1 && node.as<ConcatenationParams>().activation == Activation::None) return 0;
      return std::nullopt;
    case OpKind::DepthToSpace:
    case OpKind::SpaceToDepth:
      return node.as<BlockParams>().blockSize == 1 ? std::optional<size_t>(0) : std::nullopt;
    case OpKind::Split:
      return node.outputs.size() == 1 ? std::optional<size_t>(1) : std::nullopt;
    default:
      return std::nullopt;
  }
}

// With paddings or a size that only a run tells, the shapes in the file prove nothing.
bool steeredByConstants(const Graph& graph, const Node& node, size_t data) {
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (i != data && node.inputs[i] != kNoValue && !graph.value(node.inputs[i]).isConstant) return false;
  }
  return true;
}

bool isInput(const Graph& graph, ValueId id) {
  const auto reads = [id](const StateSlot& slot) { return slot.read == id; };
  return std::find(graph.inputs().begin(), graph.inputs().end(), id) != graph.inputs().end() ||
         std::any_of(graph.state().begin(), graph.state().end(), reads);
}

// `to` was made by node `id` out of `from`. One of the two goes; false where both must stay.
bool merge(Rewrite& rewrite, NodeId id, ValueId from, ValueId to) {
  graph::Editor& editor = rewrite.editor();
  if (!rewrite.mustStay(to)) {
    editor.replaceUses(to, from);
    return true;
  }
  const std::optional<NodeId> producer = rewrite.graph().producer(from);
  if (rewrite.mustStay(from) || isInput(rewrite.graph(), from) || !producer) return false;
  // The producer of `from` writes `to` instead, which keeps its name.
  std::vector<ValueId>& outputs = editor.node(*producer).outputs;
  std::vector<ValueId>& own = editor.node(id).outputs;
  std::replace(own.begin(), own.end(), to, from);
  std::replace(outputs.begin(), outputs.end(), from, to);
  editor.replaceUses(from, to);
  rewrite.note(*producer);
  for (const NodeId reader : rewrite.graph().consumers(from)) rewrite.note(reader);
  return true;
}

}  // namespace

Status removeIdentities(Rewrite& rewrite) {
  const Graph& graph = rewrite.graph();
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const NodeId id{n};
    const Node& node = graph.node(id);
    if (node.version > graph::implementedVersion(node.op)) continue;
    const std::optional<size_t> input = handedOn(graph, node);
    if (!input || !steeredByConstants(graph, node, *input)) continue;
    const ValueId from = node.inputs[*input], to = node.outputs[0];
    const TensorType& type = graph.value(to).type;
    if (!type.shape.isKnown() || type != graph.value(from).type) continue;
    const std::string why = fmt::format("it hands on '{}' as it is", graph.value(from).name);
    if (merge(rewrite, id, from, to)) rewrite.remove(id, why);
  }
  return {};
}

}  // namespace trireme::passes
