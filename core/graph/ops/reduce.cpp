// MEAN and SUM over the axes of input 1; ARG_MAX along the axis of input 1.
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferReduce(InferenceView& view) {
  const bool keep = view.params<ReduceParams>().keepDims;
  const Shape& input = view.shape(0);
  const int rank = input.rank();
  TRIREME_ASSIGN(const std::optional<Dims> axes, view.integers(1));
  if (!axes) {
    if (keep) return view.setRuntimeOutput(0, view.dtype(0), Dims(static_cast<size_t>(rank), kUnknownDim));
    return view.setRuntimeOutput(0, view.dtype(0));
  }
  if (rank == 0) return view.setOutput(0, view.dtype(0), input);  // whatever axes are listed
  std::vector<bool> reduced(static_cast<size_t>(rank), false);
  for (const int64_t listed : *axes) {
    TRIREME_ASSIGN(const int axis, view.axis(listed, rank));
    reduced[static_cast<size_t>(axis)] = true;
  }
  Dims dims;
  for (int i = 0; i < rank; ++i) {
    if (!reduced[static_cast<size_t>(i)]) {
      dims.push_back(input.dim(i));
    } else if (keep) {
      dims.push_back(1);
    }
  }
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferArgMax(InferenceView& view) {
  const DataType dtype = view.params<ArgMaxParams>().outputType;
  TRIREME_TRY(view.requireRankAtLeast(0, 1));
  const int rank = view.shape(0).rank();
  TRIREME_ASSIGN(const std::optional<int64_t> listed, view.integer(1));
  if (!listed) return view.setRuntimeOutput(0, dtype, Dims(static_cast<size_t>(rank) - 1, kUnknownDim));
  TRIREME_ASSIGN(const int axis, view.axis(*listed, rank));
  Dims dims = dimsOf(view.shape(0));
  dims.erase(dims.begin() + axis);
  return view.setOutput(0, dtype, dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Mean, paramsIndex<ReduceParams>(), {2, 2}, {1, 1}, inferReduce, inputElementWork<1>, bit(1)},
    {OpKind::Sum, paramsIndex<ReduceParams>(), {2, 2}, {1, 1}, inferReduce, inputElementWork<1>, bit(1)},
    {OpKind::ArgMax, paramsIndex<ArgMaxParams>(), {2, 2}, {1, 1}, inferArgMax, inputElementWork<1>, bit(1)},
};

}  // namespace

std::span<const OpRule> ops::reduceRules() { return kRules; }

}  // namespace trireme::graph
