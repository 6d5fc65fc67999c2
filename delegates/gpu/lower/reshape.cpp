#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"

namespace trireme::gpu {
namespace {

// Rows of `src` are cut into, or joined to, rows of `dst` by one strided copy. False where neither length divides the
// other, or joined rows would leave lanes between them.
bool regroupAtOnce(Emitter& emitter, const Tensor& src, const Tensor& dst) {
  CopyJob job;
  job.src = src;
  job.dst = dst;
  if (src.channels % dst.channels == 0) {
    const int64_t pieces = src.channels / dst.channels;
    job.axes = {plainAxis(src.rows, src.pitch, pieces * dst.pitch), plainAxis(pieces, dst.channels, dst.pitch),
                plainAxis(dst.channels, 1, 1)};
    job.padLanes = padLanesOf(emitter, dst);
  } else if (dst.channels % src.channels == 0 && padLanesOf(emitter, dst) == 0) {
    const int64_t pieces = dst.channels / src.channels;
    job.axes = {plainAxis(dst.rows, pieces * src.pitch, dst.pitch), plainAxis(pieces, src.pitch, src.channels),
                plainAxis(src.channels, 1, 1)};
  } else {
    return false;
  }
  emitCopyJob(emitter, job);
  return true;
}

}  // namespace

Support supportsReshape(const LowerQuery&) { return {}; }

Status emitReshape(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  if (emitter.share(node.inputs[0], call.output)) {
    emitter.say("the same memory under another shape");
    return {};
  }
  const Tensor src = emitter.read(node.inputs[0], Layout::Any), dst = emitter.write(call.output, Layout::Any);
  if (regroupAtOnce(emitter, src, dst)) return {};
  const Tensor line = emitter.denseScratch(dst.storage, src.rows * src.channels);
  Tensor before = line, after = line;
  before.rows = src.rows;
  before.channels = before.pitch = src.channels;
  after.rows = dst.rows;
  after.channels = after.pitch = dst.channels;
  emitCopy(emitter, src, before);
  emitCopy(emitter, after, dst);
  return {};
}

}  // namespace trireme::gpu
