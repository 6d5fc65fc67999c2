// SLICE: from `begin` (input 1), `size` (input 2) elements of each dimension; a size of -1 takes the rest.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Result<int64_t> sliceDim(const InferenceView& view, int axis, int64_t begin, int64_t size) {
  const int64_t dim = view.shape(0).dim(axis);
  if (begin < 0 || size < -1) {
    return view.refuse(fmt::format("dimension {} cannot be cut from {} for {}", axis, begin, size));
  }
  if (!known(dim)) return size == -1 ? kUnknownDim : size;
  if (begin > dim || (size >= 0 && size > dim - begin)) {
    return view.refuse(fmt::format("dimension {} of {} cannot be cut from {} for {}", axis, dim, begin, size));
  }
  return size == -1 ? dim - begin : size;
}

Status inferSlice(InferenceView& view) {
  const Shape& input = view.shape(0);
  Dims dims(static_cast<size_t>(input.rank()), kUnknownDim);
  for (size_t operand = 1; operand <= 2; ++operand) {
    TRIREME_TRY(view.requireRank(operand, 1));
    if (differ(view.shape(operand).dim(0), input.rank())) {
      return view.refuseInput(
          operand, fmt::format("{} elements for an input of rank {}", view.shape(operand).dim(0), input.rank()));
    }
  }
  TRIREME_ASSIGN(const std::optional<Dims> begin, view.integers(1));
  TRIREME_ASSIGN(const std::optional<Dims> size, view.integers(2));
  if (!begin || !size) {
    for (size_t i = 0; size && i < dims.size(); ++i) dims[i] = (*size)[i] < 0 ? kUnknownDim : (*size)[i];
    return view.setRuntimeOutput(0, view.dtype(0), dims);
  }
  for (int i = 0; i < input.rank(); ++i) {
    const auto at = static_cast<size_t>(i);
    TRIREME_ASSIGN(dims[at], sliceDim(view, i, (*begin)[at], (*size)[at]));
  }
  return view.setOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Slice, paramsIndex<NoParams>(), {3, 3}, {1, 1}, inferSlice, moveWork, bit(1) | bit(2)},
};

}  // namespace

std::span<const OpRule> ops::sliceRules() { return kRules; }

}  // namespace trireme::graph
