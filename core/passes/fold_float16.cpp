// DEQUANTIZE of a float16 constant becomes a float32 constant: how files with float16 weights run.
#include "core/passes/fold.h"

namespace trireme::passes {

Status foldFloat16(Rewrite& rewrite) {
  const Graph& graph = rewrite.graph();
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.node(NodeId{n});
    if (node.op != OpKind::Dequantize || node.inputs.size() != 1 || node.inputs[0] == kNoValue) continue;
    const Value& half = graph.value(node.inputs[0]);
    if (!half.isConstant || half.type.dtype != DataType::Float16) continue;
    foldNode(rewrite, NodeId{n}, "the float16 constant is held as float32");
  }
  return {};
}

}  // namespace trireme::passes
