// MEAN, SUM over any axes.

#include <fmt/format.h>

#include <limits>

#include "core/base/check.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"
#include "kernels/reference/reduce.h"

namespace trireme::gpu {
namespace {

constexpr size_t kMostAxes = 3;
constexpr int64_t kFewItems = 1024, kLongSum = 256, kMostParts = 64;

struct RowAxis {
  int64_t extent = 1, step = 0;  // in rows
};
struct ReducePlan {
  std::vector<RowAxis> kept, summed;  // rows, outermost first; neighbours merged
  bool channels = false;              // they are summed over too
  int64_t terms = 1;
};

void addAxis(std::vector<RowAxis>& axes, const RowAxis& axis) {
  if (axis.extent == 1) return;
  if (!axes.empty() && axes.back().step == axis.step * axis.extent) {
    axes.back() = {axes.back().extent * axis.extent, axis.step};
  } else {
    axes.push_back(axis);
  }
}

// None: the axes are not constant.
std::optional<ReducePlan> planOf(const Graph& graph, const Node& node) {
  const auto axes = reference::constantIntegers(graph.value(node.inputs[1]));
  if (!axes) return std::nullopt;
  const Shape& shape = graph.value(node.inputs[0]).type.shape;
  const int rank = shape.rank();
  std::vector<bool> summed(size_t(std::max(rank, 1)));
  for (const int64_t axis : *axes) {
    if (rank > 0) summed[size_t(axis < 0 ? axis + rank : axis)] = true;
  }
  ReducePlan plan;
  plan.channels = summed.back();
  int64_t step = rowsOf(shape);
  for (int axis = 0; axis + 1 < rank; ++axis) {
    step /= shape.dim(axis);
    if (summed[size_t(axis)]) plan.terms *= shape.dim(axis);
    addAxis(summed[size_t(axis)] ? plan.summed : plan.kept, {shape.dim(axis), step});
  }
  if (plan.channels) plan.terms *= channelsOf(shape);
  return plan;
}

void fillAxes(std::vector<RowAxis>& axes) {
  while (axes.size() < kMostAxes) axes.insert(axes.begin(), RowAxis{});
}
void setAxes(ReducePlan plan, int64_t pitch, gpu::ReduceParams& params) {
  fillAxes(plan.kept);
  fillAxes(plan.summed);
  params.k1 = int32_t(plan.kept[1].extent);
  params.k2 = int32_t(plan.kept[2].extent);
  params.kStep0 = int32_t(plan.kept[0].step * pitch);
  params.kStep1 = int32_t(plan.kept[1].step * pitch);
  params.kStep2 = int32_t(plan.kept[2].step * pitch);
  params.s0 = int32_t(plan.summed[0].extent);
  params.s1 = int32_t(plan.summed[1].extent);
  params.s2 = int32_t(plan.summed[2].extent);
  params.sStep0 = int32_t(plan.summed[0].step * pitch);
  params.sStep1 = int32_t(plan.summed[1].step * pitch);
  params.sStep2 = int32_t(plan.summed[2].step * pitch);
}

// What becomes of a sum at the end.
void setFinish(const Graph& graph, const Node& node, int64_t terms, gpu::ReduceParams& params) {
  const TensorType& in = graph.value(node.inputs[0]).type;
  const bool averages = node.op == OpKind::Mean;
  params.divisor = averages ? float(terms) : 1.0f;
  if (in.dtype == DataType::Float32 || in.dtype == DataType::Int32) return;
  const common::Multiplier multiplier =
      reference::sumMultiplier(in, graph.value(node.outputs[0]).type, averages ? terms : 1);
  const reference::IntegerRange range = reference::integerRange(in.dtype);
  params.mantissa = multiplier.mantissa;
  params.shift = multiplier.shift;
  params.removed = int32_t(0u - uint32_t(int64_t(reference::zeroOf(in)) * terms));
  params.zero = reference::zeroOf(graph.value(node.outputs[0]).type);
  params.low = int32_t(range.low);
  params.high = int32_t(range.high);
}

bool finishes(const Graph& graph, const Node& node) {
  const DataType dtype = graph.value(node.inputs[0]).type.dtype;
  return dtype != DataType::Int32 && (dtype != DataType::Float32 || node.op == OpKind::Mean);
}

void emitStage(Emitter& emitter, const ReducePlan& plan, const Tensor& src, const Tensor& dst, bool finish,
               gpu::ReduceParams params) {
  setAxes(plan, src.pitch, params);
  params.srcAt = int32_t(src.at);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.rows = int32_t(dst.rows);
  params.channels = int32_t(dst.channels);
  params.srcVecs = int32_t(src.vectors(emitter.width()));
  params.srcChannels = int32_t(src.channels);
  // One element an item where the channels are summed over, pad lanes too.
  params.vecs = int32_t(plan.channels ? roundUp(dst.channels, emitter.width()) : dst.vectors(emitter.width()));
  const std::string variant = fmt::format("S={} D={}", storageName(src.storage), storageName(dst.storage));
  emitter.dispatch(Program::Reduce, variant, {plan.channels ? 1 : 0, finish ? 1 : 0}, {src, dst}, params,
                   {uint32_t(params.vecs), uint32_t(dst.rows), 1}, emitter.smallLocal(),
                   double(src.rows * src.channels));
}

// Parts into which the longest summed axis is cut, where a GPU would sum with too few items; 1: it is not.
int64_t partsOf(const Emitter& emitter, const ReducePlan& plan, const Tensor& dst) {
  if (emitter.limits().cores || plan.channels || plan.summed.size() != 1) return 1;
  if (plan.kept.size() >= kMostAxes || dst.rows * dst.vectors(emitter.width()) >= kFewItems) return 1;
  const int64_t terms = plan.summed[0].extent;
  if (terms < kLongSum) return 1;
  for (int64_t parts = kMostParts; parts > 1; --parts) {
    if (terms % parts == 0) return parts;
  }
  return 1;
}

// Every part's sums in rows of their own, then the sums of those.
void emitInParts(Emitter& emitter, const ReducePlan& plan, int64_t parts, const Tensor& src, const Tensor& dst,
                 bool finish, const gpu::ReduceParams& params) {
  const bool floats = src.storage == Storage::F32 || src.storage == Storage::F16;
  const Tensor sums = emitter.scratch(floats ? Storage::F32 : Storage::I32, dst.rows * parts, dst.channels);
  ReducePlan first = plan;
  const RowAxis whole = plan.summed[0];
  first.summed[0].extent = whole.extent / parts;
  first.kept.push_back({parts, whole.step * (whole.extent / parts)});
  emitStage(emitter, first, src, sums, false, {});
  ReducePlan second;
  second.kept = {{dst.rows, parts}};
  second.summed = {{parts, 1}};
  emitStage(emitter, second, sums, dst, finish, params);
  emitter.say(fmt::format("sums of {} parts, then of those", parts));
}

}  // namespace

Support supportsReduce(const LowerQuery& query) {
  const std::optional<ReducePlan> plan = planOf(query.graph, query.node);
  if (!plan) return Support::no(ReasonCode::NeedsConstant, "input 1: the axes must be constant");
  if (plan->kept.size() > kMostAxes || plan->summed.size() > kMostAxes) {
    return Support::no(ReasonCode::Rank, fmt::format("{} axes apart stay and {} are summed over; the program has {}",
                                                     plan->kept.size(), plan->summed.size(), kMostAxes));
  }
  if (query.node.op == OpKind::Mean && query.graph.value(query.node.inputs[0]).type.dtype == DataType::Int32) {
    return Support::no(ReasonCode::DataType, "a mean of int32 needs 64-bit sums");
  }
  return {};
}

Status emitReduce(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const ReducePlan plan = *planOf(emitter.graph(), node);
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  gpu::ReduceParams params;
  setFinish(emitter.graph(), node, plan.terms, params);
  const bool finish = finishes(emitter.graph(), node);
  const int64_t parts = partsOf(emitter, plan, dst);
  if (parts > 1) {
    emitInParts(emitter, plan, parts, src, dst, finish, params);
  } else {
    emitStage(emitter, plan, src, dst, finish, params);
  }
  return {};
}

}  // namespace trireme::gpu
