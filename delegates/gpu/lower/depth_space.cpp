#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"

namespace trireme::gpu {
namespace {

// Both directions walk the same five axes: lines of the deep side, lines of a block, columns, columns of a block,
// channels of the spread side.
struct Walk {
  int64_t extents[5] = {}, deep[5] = {}, spread[5] = {};
};
Walk walkOf(const Tensor& deep, const Tensor& spread, int64_t size) {
  const int64_t columns = deep.shape.dim(2), channels = spread.channels;
  return {{deep.shape.dim(0) * deep.shape.dim(1), size, columns, size, channels},
          {columns * deep.pitch, size * channels, deep.pitch, channels, 1},
          {size * columns * size * spread.pitch, columns * size * spread.pitch, size * spread.pitch, spread.pitch, 1}};
}

}  // namespace

Support supportsDepthSpace(const LowerQuery&) { return {}; }

Status emitDepthSpace(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const bool spreads = node.op == OpKind::DepthToSpace;
  CopyJob job;
  job.src = emitter.read(node.inputs[0], Layout::Any);
  job.dst = emitter.write(call.output, Layout::Any);
  const Walk walk = walkOf(spreads ? job.src : job.dst, spreads ? job.dst : job.src, node.as<BlockParams>().blockSize);
  for (size_t i = 0; i < 5; ++i) {
    job.axes.push_back(spreads ? plainAxis(walk.extents[i], walk.deep[i], walk.spread[i])
                               : plainAxis(walk.extents[i], walk.spread[i], walk.deep[i]));
  }
  if (spreads) job.padLanes = padLanesOf(emitter, job.dst);
  emitCopyJob(emitter, job);
  if (!spreads) zeroPadLanes(emitter, job.dst);
  return {};
}

}  // namespace trireme::gpu
