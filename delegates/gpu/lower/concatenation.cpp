#include <fmt/format.h>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"

namespace trireme::gpu {

Support supportsConcatenation(const LowerQuery& query) {
  const TensorType& out = query.graph.value(query.node.outputs[0]).type;
  for (size_t i = 0; i < query.node.inputs.size(); ++i) {
    const TensorType& in = query.graph.value(query.node.inputs[i]).type;
    if (in.quantization.scales == out.quantization.scales &&
        in.quantization.zeroPoints == out.quantization.zeroPoints) {
      continue;
    }
    return Support::no(ReasonCode::Quantization,
                       fmt::format("input {} has another scale or zero point than the output", i));
  }
  if (!fitsCopy(std::vector<CopyAxis>(size_t(out.shape.rank())))) {
    return Support::no(ReasonCode::Rank,
                       fmt::format("rank {}; the copy program has {} axes", out.shape.rank(), kMostCopyAxes));
  }
  return {};
}

Status emitConcatenation(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor dst = emitter.write(call.output);
  const std::vector<int64_t> steps = stepsOf(dst);
  int axis = node.as<ConcatenationParams>().axis;
  if (axis < 0) axis += dst.shape.rank();
  const bool channels = axis + 1 == dst.shape.rank();
  int64_t before = 0;
  size_t inPlace = 0;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const Tensor src = emitter.read(node.inputs[i], Layout::Any);
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
