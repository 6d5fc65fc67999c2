// GATHER (input, indices) along an axis, with batches; GATHER_ND (input, index tuples).
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferGather(InferenceView& view) {
  const auto& params = view.params<GatherParams>();
  const Shape& input = view.shape(0);
  const Shape& indices = view.shape(1);
  TRIREME_TRY(view.requireRankAtLeast(0, 1));
  TRIREME_ASSIGN(const int axis, view.axis(params.axis, input.rank()));
  const int batchDims = params.batchDims < 0 ? params.batchDims + indices.rank() : params.batchDims;
  if (batchDims < 0 || batchDims > indices.rank() || batchDims > axis) {
    return view.refuse(fmt::format("{} batch dimensions, with axis {} and indices of rank {}", params.batchDims, axis,
                                   indices.rank()));
  }
  Dims dims;
  for (int i = 0; i < axis; ++i) {
    if (i < batchDims && differ(input.dim(i), indices.dim(i))) {
      return view.refuse(
          fmt::format("batch dimension {} is {} in the input and {} in the indices", i, input.dim(i), indices.dim(i)));
    }
    dims.push_back(i < batchDims && !known(input.dim(i)) ? indices.dim(i) : input.dim(i));
  }
  for (int i = batchDims; i < indices.rank(); ++i) dims.push_back(indices.dim(i));
  for (int i = axis + 1; i < input.rank(); ++i) dims.push_back(input.dim(i));
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferGatherNd(InferenceView& view) {
  const Shape& input = view.shape(0);
  const Shape& indices = view.shape(1);
  TRIREME_TRY(view.requireRankAtLeast(0, 1));
  TRIREME_TRY(view.requireRankAtLeast(1, 1));
  const int64_t depth = indices.dim(indices.rank() - 1);
  if (!known(depth)) return view.setRuntimeOutput(0, view.dtype(0));
  if (depth > input.rank()) {
    return view.refuse(fmt::format("index tuples of {} for an input of rank {}", depth, input.rank()));
  }
  Dims dims(indices.dims().begin(), indices.dims().end() - 1);
  for (int i = static_cast<int>(depth); i < input.rank(); ++i) dims.push_back(input.dim(i));
  return view.setOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Gather, paramsIndex<GatherParams>(), {2, 2}, {1, 1}, inferGather, moveWork, bit(1)},
    {OpKind::GatherNd, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferGatherNd, moveWork, bit(1)},
};

}  // namespace

std::span<const OpRule> ops::gatherRules() { return kRules; }

}  // namespace trireme::graph
