#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

using Dims = std::vector<int64_t>;
inline Dims dimsOf(const Shape& shape) { return {shape.dims().begin(), shape.dims().end()}; }
// Both known and different.
constexpr bool differ(int64_t a, int64_t b) { return a != kUnknownDim && b != kUnknownDim && a != b; }
constexpr bool known(int64_t dim) { return dim != kUnknownDim; }

// What a rule's infer function sees of one node, and where it leaves the outputs. Every known dimension that it sees is
// between 0 and 2^31 - 1 (as in the file), so that sums and a single product of two of them fit in 64 bits.
class InferenceView {
 public:
  InferenceView(const Graph& graph, const Node& node);
  const Node& node() const { return node_; }
  template <class T>
  const T& params() const {
    return node_.as<T>();
  }
  size_t inputs() const { return node_.inputs.size(); }
  size_t outputs() const { return node_.outputs.size(); }
  bool has(size_t input) const { return input < inputs() && node_.inputs[input] != kNoValue; }
  const Value& value(size_t input) const { return graph_.value(node_.inputs[input]); }
  const Shape& shape(size_t input) const { return value(input).type.shape; }
  DataType dtype(size_t input) const { return value(input).type.dtype; }
  const Value& output(size_t output) const { return graph_.value(node_.outputs[output]); }

  // Elements of an integer operand (int32, int64, int16, int8); none where it is not a constant. Refused: other types.
  Result<std::optional<Dims>> integers(size_t input) const;
  // The same where it must hold exactly one.
  Result<std::optional<int64_t>> integer(size_t input) const;

  Status requireRank(size_t input, int rank) const;
  Status requireRankAtLeast(size_t input, int rank) const;
  Status requireSameType(size_t a, size_t b) const;
  // `axis` with a negative one counted from the end, or refused: below -rank or not below rank.
  Result<int> axis(int64_t axis, int rank) const;

  // dims may hold kUnknownDim. Refused: a dimension that the format cannot express, too many elements.
  Status setOutput(size_t output, DataType dtype, std::span<const int64_t> dims);
  Status setOutput(size_t output, DataType dtype, const Shape& shape) { return setOutput(output, dtype, shape.dims()); }
  // A shape that hangs on values at run time: the file's where that is fully known and agrees with the dims that are
  // known, else `dims`.
  Status setRuntimeOutput(size_t output, DataType dtype, std::span<const int64_t> dims);
  // The same where not even the rank is known.
  Status setRuntimeOutput(size_t output, DataType dtype);

  // "operator 12 CONV_2D: sentence", "operator 12 CONV_2D, input 1 'filter': sentence".
  Status refuse(std::string_view sentence) const;
  Status refuseInput(size_t input, std::string_view sentence) const;

  struct Output {
    DataType dtype = DataType::Float32;
    Shape shape;
  };
  std::span<const Output> results() const { return results_; }

 private:
  const Graph& graph_;
  const Node& node_;
  std::vector<Output> results_;
};

}  // namespace trireme::graph
