#pragma once

#include <string>
#include <vector>

#include "kernels/reference/evaluate.h"

// What the families share: typed access to a node's operands, and sentences for refusals.
namespace trireme::reference {

// Elements of input or output i of a call. A null pointer is an absent input, or a tensor without elements.
template <class T>
const T* input(const Operands& operands, size_t i) {
  return i < operands.inputs.size() ? reinterpret_cast<const T*>(operands.inputs[i]) : nullptr;
}
template <class T>
T* output(const Operands& operands, size_t i = 0) {
  return reinterpret_cast<T*>(operands.outputs[i]);
}

// The operand, or null where it is absent.
const Value* inputValue(const Graph& graph, const Node& node, size_t i);
const Value* outputValue(const Graph& graph, const Node& node, size_t i = 0);
// The type of an operand that is there (supports() has asked).
const TensorType& inputType(const Graph& graph, const Node& node, size_t i);
const TensorType& outputType(const Graph& graph, const Node& node, size_t i = 0);
// The elements of a constant whose bytes are as many as its shape says; empty for anything else. A constant without
// elements is empty too, so ask isConstantOf first.
template <class T>
std::span<const T> constantElements(const Value& value) {
  if (!value.isConstant || value.type.dtype != kDataTypeOf<T>) return {};
  if (!value.type.shape.isKnown() || value.constant.size() != size_t(value.type.shape.elements()) * sizeof(T))
    return {};
  return {reinterpret_cast<const T*>(value.constant.data()), value.constant.size() / sizeof(T)};
}
// An int32 or int64 constant as int64 (axes, paddings, shapes). NeedsConstant is the caller's sentence.
std::optional<std::vector<int64_t>> constantIntegers(const Value& value);

// "input 1 'filter' (int8 8x3x3x3)".
std::string nameInput(const Graph& graph, const Node& node, size_t i);
std::string nameOutput(const Graph& graph, const Node& node, size_t i = 0);

// Collects every reason against a node. Each question answers whether it holds, so that later ones may hang on it.
class Questions {
 public:
  Questions(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}
  // From `least` to `most` inputs, the first `least` present, and as many outputs, all present.
  bool counts(size_t least, size_t most, size_t outputs = 1);
  bool dtype(const std::string& name, DataType found, std::initializer_list<DataType> allowed);
  bool inputDtype(size_t i, std::initializer_list<DataType> allowed);
  bool outputDtype(std::initializer_list<DataType> allowed, size_t i = 0);
  bool inputRank(size_t i, int least, int most);
  bool outputShape(std::span<const int64_t> dims, size_t i = 0);
  bool outputShape(std::initializer_list<int64_t> dims, size_t i = 0) {
    return outputShape(std::span<const int64_t>(dims.begin(), dims.size()), i);
  }
  // One finite scale above zero, and a zero point within the type (0 for int16 and int32).
  bool inputPerTensor(size_t i);
  bool outputPerTensor(size_t i = 0);
  bool inputPerTensorAnyZero(size_t i);  // as above, but int16 may have a zero point
  bool outputPerTensorAnyZero(size_t i = 0);
  // One scale a slice of `axis`, or one for all; zero points within the type.
  bool inputPerChannel(size_t i, int axis);
  bool sameQuantization(size_t inputIndex, size_t outputIndex = 0);
  bool require(bool condition, ReasonCode code, std::string_view detail);
  Support answer() && { return std::move(support_); }
  bool ok() const { return support_.ok(); }
  const Graph& graph() const { return graph_; }
  const Node& node() const { return node_; }

 private:
  bool perTensor(const std::string& name, const TensorType& type, bool anyZero);
  const Graph& graph_;
  const Node& node_;
  Support support_;
};

// Scale and zero point of a per-tensor quantised type (supports() has asked).
inline float scaleOf(const TensorType& type) { return type.quantization.scales[0]; }
inline int32_t zeroOf(const TensorType& type) { return type.quantization.zeroPoints[0]; }
inline bool isQuantized(const TensorType& type) { return !type.quantization.scales.empty(); }
// Smallest and largest value of an 8- or 16-bit or 32-bit integer type.
struct IntegerRange {
  int64_t low = 0, high = 0;
};
IntegerRange integerRange(DataType dtype);

// a * b * c of sizes, or nothing where it does not fit in 62 bits or a factor is negative.
std::optional<int64_t> checkedProduct(std::initializer_list<int64_t> factors);

}  // namespace trireme::reference
