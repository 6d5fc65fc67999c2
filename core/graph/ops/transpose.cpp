// TRANSPOSE: dimension i of the output is dimension permutation[i] of the input.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferTranspose(InferenceView& view) {
  const Shape& input = view.shape(0);
  TRIREME_TRY(view.requireRank(1, 1));
  TRIREME_ASSIGN(const std::optional<Dims> permutation, view.integers(1));
  if (!permutation) {
    return view.setRuntimeOutput(0, view.dtype(0), Dims(static_cast<size_t>(input.rank()), kUnknownDim));
  }
  if (static_cast<int>(permutation->size()) != input.rank()) {
    return view.refuseInput(1, fmt::format("{} axes for an input of rank {}", permutation->size(), input.rank()));
  }
  std::vector<bool> taken(permutation->size(), false);
  Dims dims;
  for (const int64_t listed : *permutation) {
    TRIREME_ASSIGN(const int axis, view.axis(listed, input.rank()));
    if (taken[static_cast<size_t>(axis)]) return view.refuseInput(1, fmt::format("axis {} is listed twice", axis));
    taken[static_cast<size_t>(axis)] = true;
    dims.push_back(input.dim(axis));
  }
  return view.setOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Transpose, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferTranspose, moveWork, bit(1)},
};

}  // namespace

std::span<const OpRule> ops::transposeRules() { return kRules; }

}  // namespace trireme::graph
