#pragma once

#include "tests/fuzz/sample_models.h"

namespace trireme::samples {

TensorType plain(DataType dtype, std::initializer_list<int64_t> dims);
TensorType floats(std::initializer_list<int64_t> dims);
TensorType quantized(DataType dtype, std::initializer_list<int64_t> dims, float scale, int32_t zeroPoint);
TensorType perChannel(DataType dtype, std::initializer_list<int64_t> dims, int axis);  // zero points of 0
std::vector<float> numbers(size_t count);                                              // between -1 and 1

// A graph of one node, put together operand by operand, in order.
class OneNode {
 public:
  explicit OneNode(std::string name) : name_(std::move(name)) {}
  OneNode& input(TensorType type);
  OneNode& constant(TensorType type);  // some bytes
  OneNode& constant(TensorType type, std::vector<int32_t> elements);
  OneNode& constantFloats(TensorType type, std::vector<float> elements);
  OneNode& absent();
  OneNode& output(TensorType type);
  Graph graph(OpKind op, OpParams params, uint16_t version = 1);
  Sample sample(OpKind op, OpParams params, uint16_t version = 1);

 private:
  struct Operand {
    TensorType type;
    bool isConstant = false, isAbsent = false;
    std::vector<std::byte> bytes;
  };
  std::string name_;
  std::vector<Operand> inputs_;
  std::vector<TensorType> outputs_;
};

}  // namespace trireme::samples
