// Elementwise operators of two inputs, with broadcasting; PRELU, whose slopes broadcast to its input.
#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferBinary(InferenceView& view) {
  TRIREME_TRY(view.requireSameType(0, 1));
  const std::optional<Dims> dims = broadcastDims(view.shape(0).dims(), view.shape(1).dims());
  if (!dims) {
    return view.refuse(
        fmt::format("shapes {} and {} cannot be broadcast to each other", view.shape(0).text(), view.shape(1).text()));
  }
  return view.setOutput(0, view.dtype(0), *dims);
}

Status inferPrelu(InferenceView& view) {
  // int16 has int8 slopes, as TFLite's kernel reads them.
  const bool narrow = view.dtype(0) == DataType::Int16 && view.dtype(1) == DataType::Int8;
  if (!narrow) TRIREME_TRY(view.requireSameType(0, 1));
  const Shape& input = view.shape(0);
  const std::optional<Dims> dims = broadcastDims(input.dims(), view.shape(1).dims());
  bool fits = dims && static_cast<int>(dims->size()) == input.rank();
  for (int i = 0; fits && i < input.rank(); ++i) fits = !differ((*dims)[static_cast<size_t>(i)], input.dim(i));
  if (!fits) {
    return view.refuse(fmt::format("slopes of shape {} cannot be broadcast to {}", view.shape(1).text(), input.text()));
  }
  return view.setOutput(0, view.dtype(0), input);
}

template <class Params>
constexpr OpRule binary(OpKind op) {
  return {op, paramsIndex<Params>(), {2, 2}, {1, 1}, inferBinary, elementWork<1>, 0, true};
}
constexpr OpRule kRules[] = {
    binary<AddParams>(OpKind::Add),
    binary<AddParams>(OpKind::Sub),
    binary<ActivationParams>(OpKind::Mul),
    binary<ActivationParams>(OpKind::Div),
    binary<NoParams>(OpKind::FloorDiv),
    binary<NoParams>(OpKind::Minimum),
    binary<NoParams>(OpKind::Maximum),
    {OpKind::SquaredDifference, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferBinary, elementWork<2>, 0, true},
    {OpKind::Prelu, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferPrelu, elementWork<1>},
};

}  // namespace

std::span<const OpRule> ops::binaryRules() { return kRules; }

}  // namespace trireme::graph
