#include "delegates/gpu/lower/moves.h"

#include <fmt/format.h>

namespace trireme::gpu {
namespace {

// A pitch that no product of extents meets, so that what merges merges in every layout.
constexpr int64_t kLonelyPitch = (int64_t{1} << 40) + 7;

CopyJob jobOf(const Tensor& src, const Tensor& dst, const Taking& taking) {
  CopyJob job;
  job.src = src;
  job.dst = dst;
  const std::vector<int64_t> from = stepsOf(src), to = stepsOf(dst), extents = extentsOf(dst);
  for (const auto& [axis, position] : taking.single) job.srcAt += position * from[size_t(axis)];
  for (size_t i = 0; i < taking.axes.size(); ++i) {
    const TakenAxis& axis = taking.axes[i];
    const int64_t step = axis.from < 0 ? 0 : from[size_t(axis.from)];
    job.srcAt += axis.start * step;
    job.axes.push_back({extents[i], axis.stride * step, to[i], axis.before, axis.inside});
  }
  if (job.axes.empty()) job.axes.push_back(plainAxis(1, 1, 1));
  return job;
}

Tensor lonely(const Shape& shape) {
  Tensor tensor;
  tensor.shape = shape;
  tensor.rows = rowsOf(shape);
  tensor.channels = channelsOf(shape);
  tensor.pitch = kLonelyPitch;
  return tensor;
}

}  // namespace

Support fitsMove(const Shape& from, const Shape& to, const Taking& taking) {
  std::vector<CopyAxis> axes = jobOf(lonely(from), lonely(to), taking).axes;
  const CopyAxis last = axes.back();  // stays alone where the result has pad lanes
  axes.pop_back();
  axes = mergeAxes(std::move(axes));
  axes.push_back(last);
  if (axes.size() <= kMostCopyAxes) return {};
  return Support::no(ReasonCode::Rank, fmt::format("moves {} axes that do not join; the copy program has {}",
                                                   axes.size(), kMostCopyAxes));
}

void emitMove(Emitter& emitter, const Tensor& src, const Tensor& dst, const Taking& taking, double fill) {
  CopyJob job = jobOf(src, dst, taking);
  job.padLanes = padLanesOf(emitter, dst);
  job.fill = fill;
  emitCopyJob(emitter, job);
}

Support needsConstants(const LowerQuery& query, std::initializer_list<size_t> inputs) {
  Support support;
  for (const size_t i : inputs) {
    const Value& value = query.graph.value(query.node.inputs[i]);
    support.require(value.isConstant, ReasonCode::NeedsConstant,
                    fmt::format("input {} '{}' is not a constant", i, value.name));
  }
  return support;
}

reference::Steering steeringOf(const Graph& graph, const Node& node, std::initializer_list<size_t> inputs) {
  return reference::SteeringInputs(graph, node, inputs).constants();
}

int positiveAxis(int64_t axis, int rank) { return int(axis < 0 ? axis + rank : axis); }

}  // namespace trireme::gpu
