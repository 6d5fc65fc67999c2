#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/moves.h"

namespace trireme::gpu {
namespace {

// One operand to its position along `axis` of the result.
void emitPacked(Emitter& emitter, const Tensor& src, const Tensor& dst, int axis, int64_t position) {
  const std::vector<int64_t> extents = extentsOf(src), from = stepsOf(src), to = stepsOf(dst);
  CopyJob job;
  job.src = src;
  job.dst = dst;
  job.dstAt = position * to[size_t(axis)];
  for (size_t i = 0; i < size_t(src.shape.rank()); ++i) {
    job.axes.push_back(plainAxis(extents[i], from[i], to[i < size_t(axis) ? i : i + 1]));
  }
  if (job.axes.empty()) job.axes.push_back(plainAxis(1, 1, 1));
  if (axis + 1 != dst.shape.rank()) job.padLanes = padLanesOf(emitter, dst);
  emitCopyJob(emitter, job);
}

Taking takingOfUnpack(const Graph& graph, const Node& node, size_t output) {
  const Shape& in = graph.value(node.inputs[0]).type.shape;
  const int unpacked = positiveAxis(node.as<UnpackParams>().axis, in.rank());
  Taking taking;
  taking.single.emplace_back(unpacked, int64_t(output));
  for (int axis = 0; axis < in.rank(); ++axis) {
    if (axis != unpacked) taking.axes.push_back({axis, 0, 1, 0, in.dim(axis)});
  }
  return taking;
}

}  // namespace

// Each side has at most three axes that do not join: before the new one, behind it, channels.
Support supportsPack(const LowerQuery&) { return {}; }

Status emitPack(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor dst = emitter.write(call.output, Layout::Any);
  const int axis = positiveAxis(node.as<PackParams>().axis, dst.shape.rank());
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    emitPacked(emitter, emitter.read(node.inputs[i], Layout::Any), dst, axis, int64_t(i));
  }
  if (axis + 1 == dst.shape.rank()) zeroPadLanes(emitter, dst);
  return {};
}

Status emitUnpack(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[0], Layout::Any);
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    emitMove(emitter, src, emitter.write(node.outputs[i], Layout::Any), takingOfUnpack(emitter.graph(), node, i));
  }
  return {};
}

}  // namespace trireme::gpu
