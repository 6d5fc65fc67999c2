#include "core/graph/ops/inference_view.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "core/graph/topology.h"

namespace trireme::graph {
namespace {

template <class T>
Dims widen(std::span<const std::byte> bytes) {
  Dims elements;
  for (size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T element;
    std::memcpy(&element, bytes.data() + at, sizeof(T));
    elements.push_back(element);
  }
  return elements;
}

}  // namespace

InferenceView::InferenceView(const Graph& graph, const Node& node)
    : graph_(graph), node_(node), results_(node.outputs.size()) {}

Result<std::optional<Dims>> InferenceView::integers(size_t input) const {
  const Value& operand = value(input);
  const auto read = [&operand](auto zero) -> std::optional<Dims> {
    if (!operand.isConstant) return std::nullopt;
    return widen<decltype(zero)>(operand.constant);
  };
  switch (operand.type.dtype) {
    case DataType::Int32:
      return read(int32_t{});
    case DataType::Int64:
      return read(int64_t{});
    case DataType::Int16:
      return read(int16_t{});
    case DataType::Int8:
      return read(int8_t{});
    default:
      return refuseInput(input, fmt::format("expected integers, found {}", dataTypeName(operand.type.dtype)));
  }
}

Result<std::optional<int64_t>> InferenceView::integer(size_t input) const {
  TRIREME_ASSIGN(const std::optional<Dims> all, integers(input));
  if (!all) return std::optional<int64_t>();
  if (all->size() != 1) return refuseInput(input, fmt::format("expected 1 element, found {}", all->size()));
  return std::optional<int64_t>(all->front());
}

Status InferenceView::requireRank(size_t input, int rank) const {
  if (shape(input).rank() == rank) return {};
  return refuseInput(input, fmt::format("expected rank {}, found {}", rank, shape(input).rank()));
}

Status InferenceView::requireRankAtLeast(size_t input, int rank) const {
  if (shape(input).rank() >= rank) return {};
  return refuseInput(input, fmt::format("expected rank {} or more, found {}", rank, shape(input).rank()));
}

Status InferenceView::requireSameType(size_t a, size_t b) const {
  if (dtype(a) == dtype(b)) return {};
  return refuse(fmt::format("input {} is {}, input {} is {}", a, dataTypeName(dtype(a)), b, dataTypeName(dtype(b))));
}

Result<int> InferenceView::axis(int64_t axis, int rank) const {
  const int64_t positive = axis < 0 && axis >= -rank ? axis + rank : axis;
  if (positive < 0 || positive >= rank) return refuse(fmt::format("axis {} is outside of rank {}", axis, rank));
  return static_cast<int>(positive);
}

Status InferenceView::setOutput(size_t output, DataType dtype, std::span<const int64_t> dims) {
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] >= kUnknownDim && dims[i] <= std::numeric_limits<int32_t>::max()) continue;
    return refuse(fmt::format("dimension {} of output {} would be {}", i, output, dims[i]));
  }
  const Result<Shape> shape = Shape::create(dims);
  if (!shape.ok()) return refuse(shape.status().message());
  results_[output] = {dtype, shape.value()};
  return {};
}

Status InferenceView::setRuntimeOutput(size_t output, DataType dtype, std::span<const int64_t> dims) {
  const Shape& declared = graph_.value(node_.outputs[output]).declared;
  bool agrees = declared.isKnown() && declared.rank() == static_cast<int>(dims.size());
  for (int i = 0; agrees && i < declared.rank(); ++i) agrees = !differ(declared.dim(i), dims[static_cast<size_t>(i)]);
  return agrees ? setOutput(output, dtype, declared) : setOutput(output, dtype, dims);
}

Status InferenceView::setRuntimeOutput(size_t output, DataType dtype) {
  return setOutput(output, dtype, graph_.value(node_.outputs[output]).declared);
}

Status InferenceView::refuse(std::string_view sentence) const {
  return Status::error(Code::InvalidModel, fmt::format("{}: {}", describe(node_), sentence));
}

Status InferenceView::refuseInput(size_t input, std::string_view sentence) const {
  return Status::error(Code::InvalidModel, fmt::format("{}, input {} {}: {}", describe(node_), input,
                                                       quotedName(graph_.values(), node_.inputs[input]), sentence));
}

}  // namespace trireme::graph
