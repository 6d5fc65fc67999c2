// Nodes whose inputs are all constants are computed once. SHAPE needs no more than a known shape, so that chains from
// SHAPE over slices and PACK to RESHAPE and RESIZE end as known shapes; for that, every node's types are inferred anew
// on the way.
#include <algorithm>

#include "core/graph/implemented.h"
#include "core/graph/inference.h"
#include "core/passes/fold.h"

namespace trireme::passes {
namespace {

bool allConstant(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&graph](ValueId id) { return id == kNoValue || graph.value(id).isConstant; });
}

std::vector<std::byte> shapeBytes(const Shape& shape, DataType dtype) {
  std::vector<std::byte> bytes;
  for (const int64_t dim : shape.dims()) {
    const auto narrow = static_cast<int32_t>(dim);  // inference keeps dimensions within 31 bits
    const auto element =
        dtype == DataType::Int64 ? std::as_bytes(std::span(&dim, 1)) : std::as_bytes(std::span(&narrow, 1));
    bytes.insert(bytes.end(), element.begin(), element.end());
  }
  return bytes;
}

bool foldShape(Rewrite& rewrite, NodeId id) {
  const Graph& graph = rewrite.graph();
  const Node& node = graph.node(id);
  const Shape& shape = graph.value(node.inputs[0]).type.shape;
  const DataType dtype = graph.value(node.outputs[0]).type.dtype;
  if (!shape.isKnown() || (dtype != DataType::Int32 && dtype != DataType::Int64)) return false;
  rewrite.editor().makeConstant(node.outputs[0], shapeBytes(shape, dtype));
  rewrite.remove(id, "the shape is known before running");
  return true;
}

}  // namespace

Status foldConstants(Rewrite& rewrite) {
  const Graph& graph = rewrite.graph();
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const NodeId id{n};
    const Node& node = graph.node(id);
    if (node.version > graph::implementedVersion(node.op)) continue;
    TRIREME_TRY(graph::inferNode(rewrite.editor(), id));
    if (node.op == OpKind::Shape && foldShape(rewrite, id)) continue;
    if (node.inputs.empty() || !allConstant(graph, node)) continue;
    foldNode(rewrite, id, "its inputs are constants, it is computed once");
  }
  return {};
}

}  // namespace trireme::passes
