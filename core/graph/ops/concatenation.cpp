// CONCATENATION along an axis that exists, PACK along a new one.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status disagree(const InferenceView& view, size_t input, int axis, int64_t found, int64_t before) {
  return view.refuseInput(input,
                          fmt::format("dimension {} is {}, that of the inputs before is {}", axis, found, before));
}

// Takes the dimensions of one more input into `dims`; `joined` (or -1) is the axis that may differ and adds up.
Status mergeInput(const InferenceView& view, size_t input, int joined, Dims& dims) {
  TRIREME_TRY(view.requireSameType(0, input));
  TRIREME_TRY(view.requireRank(input, static_cast<int>(dims.size())));
  for (int i = 0; i < view.shape(input).rank(); ++i) {
    int64_t& dim = dims[static_cast<size_t>(i)];
    const int64_t more = view.shape(input).dim(i);
    if (i == joined) {
      dim = known(dim) && known(more) ? dim + more : kUnknownDim;
    } else if (differ(dim, more)) {
      return disagree(view, input, i, more, dim);
    } else if (!known(dim)) {
      dim = more;
    }
  }
  return {};
}

Status inferConcatenation(InferenceView& view) {
  Dims dims = dimsOf(view.shape(0));
  TRIREME_ASSIGN(const int axis, view.axis(view.params<ConcatenationParams>().axis, static_cast<int>(dims.size())));
  for (size_t i = 1; i < view.inputs(); ++i) TRIREME_TRY(mergeInput(view, i, axis, dims));
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferPack(InferenceView& view) {
  const auto& params = view.params<PackParams>();
  if (static_cast<int64_t>(view.inputs()) != params.values) {
    return view.refuse(fmt::format("it packs {} values and has {} inputs", params.values, view.inputs()));
  }
  Dims dims = dimsOf(view.shape(0));
  TRIREME_ASSIGN(const int axis, view.axis(params.axis, static_cast<int>(dims.size()) + 1));
  for (size_t i = 1; i < view.inputs(); ++i) TRIREME_TRY(mergeInput(view, i, -1, dims));
  dims.insert(dims.begin() + axis, params.values);
  return view.setOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Concatenation, paramsIndex<ConcatenationParams>(), {1, kAnyNumber}, {1, 1}, inferConcatenation, moveWork},
    {OpKind::Pack, paramsIndex<PackParams>(), {1, kAnyNumber}, {1, 1}, inferPack, moveWork},
};

}  // namespace

std::span<const OpRule> ops::concatenationRules() { return kRules; }

}  // namespace trireme::graph
