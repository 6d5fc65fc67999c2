#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/moves.h"

namespace trireme::gpu {
namespace {

Taking takingOf(const Graph& graph, const Node& node) {
  const Shape& out = graph.value(node.outputs[0]).type.shape;
  const reference::Steering steering = steeringOf(graph, node, {1});
  Taking taking;
  for (int i = 0; i < out.rank(); ++i) {
    taking.axes.push_back({positiveAxis(steering[0][i], out.rank()), 0, 1, 0, out.dim(i)});
  }
  return taking;
}

}  // namespace

Support supportsTranspose(const LowerQuery& query) {
  Support support = needsConstants(query, {1});
  if (!support.ok()) return support;
  return fitsMove(query.graph.value(query.node.inputs[0]).type.shape,
                  query.graph.value(query.node.outputs[0]).type.shape, takingOf(query.graph, query.node));
}

Status emitTranspose(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  emitMove(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any),
           takingOf(emitter.graph(), node));
  return {};
}

}  // namespace trireme::gpu
