#pragma once

#include "core/graph/builder.h"
#include "tests/support/random_tensors.h"

namespace trireme::support {

TensorType floats(std::initializer_list<int64_t> dims);
TensorType quantized(DataType dtype, std::initializer_list<int64_t> dims, float scale, int32_t zeroPoint);
TensorType plain(DataType dtype, std::initializer_list<int64_t> dims);

// A graph, grown node by node, with seeded weights. One element type throughout: float32, or int8 with per-channel
// weights. Shapes of outputs are worked out here, NHWC.
class Net {
 public:
  explicit Net(uint64_t seed, DataType dtype = DataType::Float32) : random_(seed), dtype_(dtype) {}
  ValueId input(std::initializer_list<int64_t> dims);
  ValueId conv(ValueId from, int64_t channels, int64_t kernel = 3, int32_t stride = 1);  // same padding, with bias
  ValueId depthwise(ValueId from, int64_t kernel = 3);
  ValueId fullyConnected(ValueId from, int64_t units);
  ValueId relu(ValueId from);
  ValueId tanh(ValueId from);
  ValueId softmax(ValueId from);
  ValueId add(ValueId a, ValueId b);
  ValueId concat(ValueId a, ValueId b);  // along the last axis
  ValueId maxPool(ValueId from);         // 2 x 2, stride 2
  ValueId reshape(ValueId from, std::initializer_list<int64_t> dims);
  Graph build(std::vector<ValueId> outputs);

 private:
  ValueId inner(Shape shape, const Quantization* quantization = nullptr);
  ValueId unary(OpKind op, OpParams params, ValueId from, const Quantization* quantization = nullptr);
  ValueId weights(std::initializer_list<int64_t> dims, int axis);
  ValueId bias(int64_t channels, ValueId input, ValueId filter);
  const TensorType& type(ValueId id) const { return types_[index(id)]; }
  ValueId note(ValueId id, TensorType type);

  graph::Builder builder_{"net"};
  Random random_;
  DataType dtype_;
  std::vector<TensorType> types_;
};

// conv relu conv add relu: the graph most tests cut in pieces. Node n is operator n.
Graph residualNet(uint64_t seed, DataType dtype = DataType::Float32);
// relu tanh relu tanh ...: `length` nodes in a row on `elements` floats.
Graph chainNet(size_t length, int64_t elements);

}  // namespace trireme::support
