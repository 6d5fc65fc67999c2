// RESHAPE, SQUEEZE, EXPAND_DIMS, and SHAPE, which tells what they start from.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

// The product of all dimensions but -1. None where it is above 2^62, not counting dimensions of 0.
std::optional<int64_t> fixedElements(const Dims& dims) {
  int64_t product = 1;
  bool empty = false;
  for (const int64_t dim : dims) {
    empty = empty || dim == 0;
    if (dim > 0 && (__builtin_mul_overflow(product, dim, &product) || product > int64_t{1} << 62)) return std::nullopt;
  }
  return empty ? 0 : product;
}

// Of dimensions whose product is known to fit.
int64_t nonzeroElements(const Dims& dims) {
  int64_t product = 1;
  for (const int64_t dim : dims) product *= std::max<int64_t>(dim, 1);
  return product;
}

// Fills the dimension that is asked for as -1, or checks the number of elements.
Status settle(const InferenceView& view, Dims& dims) {
  const auto stretched = std::find(dims.begin(), dims.end(), -1);
  const std::optional<int64_t> fixed = fixedElements(dims);
  const Shape& input = view.shape(0);
  if (!fixed) return view.refuse("the new shape has more than 2^62 elements");
  if (!input.isKnown()) return {};  // -1 and kUnknownDim are one: it stays unknown
  const int64_t elements = input.elements();
  if (stretched == dims.end()) {
    if (*fixed == elements) return {};
    return view.refuse(fmt::format("{} elements ({}) cannot become {}", elements, input.text(), fmt::join(dims, "x")));
  }
  // Where both are empty, the dimensions that are not 0 decide.
  const int64_t available = *fixed == 0 ? nonzeroElements(dimsOf(input)) : elements;
  const int64_t taken = *fixed == 0 ? nonzeroElements(dims) : *fixed;
  if ((*fixed == 0 && elements != 0) || available % taken != 0) {
    return view.refuse(
        fmt::format("{} elements ({}) are no multiple of the new shape's {}", elements, input.text(), *fixed));
  }
  *stretched = available / taken;
  return {};
}

Status setReshaped(InferenceView& view, Dims dims) {
  for (const int64_t dim : dims) {
    if (dim < -1) return view.refuse(fmt::format("dimension {} in the new shape", dim));
  }
  if (std::count(dims.begin(), dims.end(), -1) > 1) return view.refuse("more than one -1 in the new shape");
  TRIREME_TRY(settle(view, dims));
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferReshape(InferenceView& view) {
  const std::vector<int32_t>& listed = view.params<ReshapeParams>().newShape;
  // The options count where there is no operand, or where it is no vector of int32.
  if (!view.has(1) || view.shape(1).rank() != 1 || view.dtype(1) != DataType::Int32) {
    if (listed == std::vector<int32_t>{0}) return setReshaped(view, {});  // how old files write a scalar
    return setReshaped(view, Dims(listed.begin(), listed.end()));
  }
  TRIREME_ASSIGN(const std::optional<Dims> dims, view.integers(1));
  if (dims) return setReshaped(view, *dims);
  const int64_t rank = view.shape(1).dim(0);
  if (!known(rank)) return view.setRuntimeOutput(0, view.dtype(0));
  if (rank > kMaxRank) return view.refuse(fmt::format("a new shape of {} dimensions", rank));
  return view.setRuntimeOutput(0, view.dtype(0), Dims(static_cast<size_t>(rank), kUnknownDim));
}

Status inferSqueeze(InferenceView& view) {
  const Shape& input = view.shape(0);
  const std::vector<int32_t>& listed = view.params<SqueezeParams>().axes;
  std::vector<bool> dropped(static_cast<size_t>(input.rank()), false);
  for (int i = 0; i < input.rank(); ++i) dropped[static_cast<size_t>(i)] = listed.empty() && input.dim(i) == 1;
  for (const int32_t axis : listed) {
    TRIREME_ASSIGN(const int positive, view.axis(axis, input.rank()));
    if (differ(input.dim(positive), 1)) {
      return view.refuse(fmt::format("dimension {} is {} and cannot be dropped", positive, input.dim(positive)));
    }
    dropped[static_cast<size_t>(positive)] = true;
  }
  Dims dims;
  for (int i = 0; i < input.rank(); ++i) {
    if (!dropped[static_cast<size_t>(i)]) dims.push_back(input.dim(i));
  }
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferExpandDims(InferenceView& view) {
  Dims dims = dimsOf(view.shape(0));
  TRIREME_ASSIGN(const std::optional<int64_t> listed, view.integer(1));
  if (!listed) return view.setRuntimeOutput(0, view.dtype(0), Dims(dims.size() + 1, kUnknownDim));
  TRIREME_ASSIGN(const int axis, view.axis(*listed, static_cast<int>(dims.size()) + 1));
  dims.insert(dims.begin() + axis, 1);
  return view.setOutput(0, view.dtype(0), dims);
}

Status inferShape(InferenceView& view) {
  return view.setOutput(0, view.params<ShapeParams>().outputType, Dims{view.shape(0).rank()});
}

constexpr OpRule kRules[] = {
    {OpKind::Reshape, paramsIndex<ReshapeParams>(), {1, 2}, {1, 1}, inferReshape, moveWork, bit(1)},
    {OpKind::Squeeze, paramsIndex<SqueezeParams>(), {1, 1}, {1, 1}, inferSqueeze, moveWork},
    {OpKind::ExpandDims, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferExpandDims, moveWork, bit(1)},
    {OpKind::Shape, paramsIndex<ShapeParams>(), {1, 1}, {1, 1}, inferShape, moveWork, bit(0)},
};

}  // namespace

std::span<const OpRule> ops::reshapeRules() { return kRules; }

}  // namespace trireme::graph
