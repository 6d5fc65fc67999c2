#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/moves.h"
#include "kernels/reference/strided_range.h"

namespace trireme::gpu {
namespace {

const TensorType& typeOf(const Graph& graph, ValueId id) { return graph.value(id).type; }

Taking whole(const Shape& shape) {
  Taking taking;
  for (int axis = 0; axis < shape.rank(); ++axis) taking.axes.push_back({axis, 0, 1, 0, shape.dim(axis)});
  return taking;
}

Taking takingOfSlice(const Graph& graph, const Node& node) {
  const reference::Steering steering = steeringOf(graph, node, {1, 2});
  Taking taking = whole(typeOf(graph, node.outputs[0]).shape);
  for (size_t axis = 0; axis < taking.axes.size(); ++axis) taking.axes[axis].start = steering[0][int(axis)];
  return taking;
}

Taking takingOfStridedSlice(const Graph& graph, const Node& node) {
  const auto sliced = reference::slicedAxes(typeOf(graph, node.inputs[0]), node.as<StridedSliceParams>(),
                                            steeringOf(graph, node, {1, 2, 3}));
  Taking taking;
  for (const reference::SlicedAxis& axis : sliced.value().all()) {
    if (axis.shrinks) {
      taking.single.emplace_back(int(axis.inputAxis), axis.start);
    } else {
      taking.axes.push_back({int(axis.inputAxis), axis.start, axis.stride, 0, axis.count});
    }
  }
  return taking;
}

Taking takingOfSplit(const Graph& graph, const Node& node, size_t output) {
  const Shape& piece = typeOf(graph, node.outputs[0]).shape;
  Taking taking = whole(piece);
  const int axis = positiveAxis(steeringOf(graph, node, {0})[0][0], piece.rank());
  taking.axes[size_t(axis)].start = int64_t(output) * piece.dim(axis);
  return taking;
}

}  // namespace

Support supportsSlice(const LowerQuery& query) {
  const Node& node = query.node;
  const bool split = node.op == OpKind::Split, strided = node.op == OpKind::StridedSlice;
  Support support = split     ? needsConstants(query, {0})
                    : strided ? needsConstants(query, {1, 2, 3})
                              : needsConstants(query, {1, 2});
  if (!support.ok()) return support;
  const Taking taking = split     ? takingOfSplit(query.graph, node, 0)
                        : strided ? takingOfStridedSlice(query.graph, node)
                                  : takingOfSlice(query.graph, node);
  return fitsMove(typeOf(query.graph, node.inputs[split ? 1 : 0]).shape, typeOf(query.graph, node.outputs[0]).shape,
                  taking);
}

Status emitSlice(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  emitMove(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any),
           takingOfSlice(emitter.graph(), node));
  return {};
}

Status emitStridedSlice(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  emitMove(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any),
           takingOfStridedSlice(emitter.graph(), node));
  return {};
}

Status emitSplit(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[1], Layout::Any);
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    emitMove(emitter, src, emitter.write(node.outputs[i], Layout::Any), takingOfSplit(emitter.graph(), node, i));
  }
  return {};
}

}  // namespace trireme::gpu
