#include <fmt/format.h>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/lookup.h"
#include "kernels/reference/concatenation.h"

namespace trireme::gpu {
namespace {

// An operand in the result's codes.
Tensor requantized(Emitter& emitter, const Node& node, size_t i) {
  const Tensor src = emitter.read(node.inputs[i], Layout::Any);
  const auto table = reference::requantization(emitter.graph().value(node.inputs[i]).type,
                                               emitter.graph().value(node.outputs[0]).type);
  if (!table) return src;
  Tensor codes = emitter.scratch(src.storage, src.rows, src.channels);
  codes.shape = src.shape;
  const auto* bytes = reinterpret_cast<const std::byte*>(table->data());
  emitLookup(emitter, src, codes, {bytes, bytes + table->size()});
  return codes;
}

}  // namespace

Support supportsConcatenation(const LowerQuery&) { return {}; }

Status emitConcatenation(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor dst = emitter.write(call.output, Layout::Any);
  const std::vector<int64_t> steps = stepsOf(dst);
  int axis = node.as<ConcatenationParams>().axis;
  if (axis < 0) axis += dst.shape.rank();
  const bool channels = axis + 1 == dst.shape.rank();
  int64_t before = 0;
  size_t inPlace = 0;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const Tensor src = requantized(emitter, node, i);
    const std::optional<Tensor> slice = emitter.sliceOf(dst, node, node.inputs[i]);
    if (slice && slice->root == src.root && slice->at == src.at) {
      ++inPlace;
    } else {
      CopyJob job;
      job.src = src;
      job.dst = dst;
      job.dstAt = before * steps[size_t(axis)];
      const std::vector<int64_t> extents = extentsOf(src), from = stepsOf(src);
      for (size_t a = 0; a < extents.size(); ++a) job.axes.push_back(plainAxis(extents[a], from[a], steps[a]));
      if (!channels || i + 1 == node.inputs.size()) job.padLanes = padLanesOf(emitter, dst);
      emitCopyJob(emitter, job);
    }
    before += extentsOf(src)[size_t(axis)];
  }
  emitter.say(fmt::format("{} of {} inputs were written in place", inPlace, node.inputs.size()));
  return {};
}

}  // namespace trireme::gpu
