// SPLIT (axis, input) into equal parts, UNPACK into slices without the axis.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status setAll(InferenceView& view, DataType dtype, const Dims& dims) {
  for (size_t i = 0; i < view.outputs(); ++i) TRIREME_TRY(view.setOutput(i, dtype, dims));
  return {};
}

Status requireOutputs(const InferenceView& view, int64_t parts) {
  if (static_cast<int64_t>(view.outputs()) == parts) return {};
  return view.refuse(fmt::format("its options say {} parts and it has {} outputs", parts, view.outputs()));
}

Status inferSplit(InferenceView& view) {
  const int64_t parts = view.params<SplitParams>().splits;
  TRIREME_TRY(requireOutputs(view, parts));
  Dims dims = dimsOf(view.shape(1));
  TRIREME_ASSIGN(const std::optional<int64_t> listed, view.integer(0));
  if (!listed) {
    for (size_t i = 0; i < view.outputs(); ++i) {
      TRIREME_TRY(view.setRuntimeOutput(i, view.dtype(1), Dims(dims.size(), kUnknownDim)));
    }
    return {};
  }
  TRIREME_ASSIGN(const int axis, view.axis(*listed, static_cast<int>(dims.size())));
  int64_t& dim = dims[static_cast<size_t>(axis)];
  if (known(dim) && dim % parts != 0) {
    return view.refuse(fmt::format("dimension {} of {} cannot be split into {} equal parts", axis, dim, parts));
  }
  if (known(dim)) dim /= parts;
  return setAll(view, view.dtype(1), dims);
}

Status inferUnpack(InferenceView& view) {
  const auto& params = view.params<UnpackParams>();
  TRIREME_TRY(requireOutputs(view, params.values));
  Dims dims = dimsOf(view.shape(0));
  TRIREME_ASSIGN(const int axis, view.axis(params.axis, static_cast<int>(dims.size())));
  if (differ(dims[static_cast<size_t>(axis)], params.values)) {
    return view.refuse(fmt::format("dimension {} is {}, its options say {} parts", axis,
                                   dims[static_cast<size_t>(axis)], params.values));
  }
  dims.erase(dims.begin() + axis);
  return setAll(view, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Split, paramsIndex<SplitParams>(), {2, 2}, {1, kAnyNumber}, inferSplit, moveWork, bit(0)},
    {OpKind::Unpack, paramsIndex<UnpackParams>(), {1, 1}, {1, kAnyNumber}, inferUnpack, moveWork},
};

}  // namespace

std::span<const OpRule> ops::splitRules() { return kRules; }

}  // namespace trireme::graph
