#pragma once

#include <cstring>

#include "kernels/reference/evaluate.h"

// A graph of one node, run by the reference kernels.
namespace trireme::test {

struct Operand {
  TensorType type;
  std::vector<std::byte> bytes;  // empty for outputs
  bool constant = false;
  bool absent = false;
};

TensorType tensorType(DataType dtype, std::vector<int64_t> dims, float scale = 0, int32_t zeroPoint = 0);
TensorType channelType(DataType dtype, std::vector<int64_t> dims, std::vector<float> scales, int axis);

template <class T>
Operand operand(TensorType type, const std::vector<T>& elements, bool constant = false) {
  Operand made{std::move(type), std::vector<std::byte>(elements.size() * sizeof(T)), constant, false};
  if (!elements.empty()) std::memcpy(made.bytes.data(), elements.data(), made.bytes.size());
  return made;
}
inline Operand absent() { return {{}, {}, false, true}; }

struct OneOp {
  OpKind op;
  OpParams params;
  std::vector<Operand> inputs;
  std::vector<TensorType> outputs;
};

using Bytes = std::vector<std::vector<std::byte>>;

// The graph; node 0 is the operator.
Result<Graph> buildOne(const OneOp& one);
Support supportsOne(const OneOp& one);
// The outputs, computed at once; or the refusal. Fails with Internal where another splitting of the rows, or other
// contents of scratch and output memory, gives other bits, or where memory beyond an output is written.
Result<Bytes> runOne(const OneOp& one);

// The only output, as elements. Throws the sentence where the operator is refused, which fails the test.
std::vector<std::byte> runOneBytes(const OneOp& one);
template <class T>
std::vector<T> runOneAs(const OneOp& one) {
  const std::vector<std::byte> bytes = runOneBytes(one);
  std::vector<T> elements(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(elements.data(), bytes.data(), bytes.size());
  return elements;
}
// The sentence of the refusal; empty where the operator runs.
std::string refusalOf(const OneOp& one);

}  // namespace trireme::test
