#include "tests/fuzz/sample_parts.h"

#include "core/base/check.h"
#include "core/graph/builder.h"

namespace trireme::samples {
namespace {

template <class T>
T must(Result<T> result) {
  TRIREME_CHECK(result.ok(), result.status().message());
  return std::move(result).value();
}

// Numbers that look like nothing in particular, the same everywhere.
class Sequence {
 public:
  uint32_t next() {
    state_ = state_ * 1664525u + 1013904223u;
    return state_ >> 8;
  }

 private:
  uint32_t state_ = 7;
};

}  // namespace

TensorType plain(DataType dtype, std::initializer_list<int64_t> dims) { return {dtype, must(Shape::create(dims)), {}}; }

TensorType floats(std::initializer_list<int64_t> dims) { return plain(DataType::Float32, dims); }

TensorType quantized(DataType dtype, std::initializer_list<int64_t> dims, float scale, int32_t zeroPoint) {
  TensorType type = plain(dtype, dims);
  type.quantization = {{scale}, {zeroPoint}, -1, 0};
  return type;
}

TensorType perChannel(DataType dtype, std::initializer_list<int64_t> dims, int axis) {
  TensorType type = plain(dtype, dims);
  const auto channels = static_cast<size_t>(type.shape.dim(axis));
  type.quantization.axis = axis;
  type.quantization.zeroPoints.assign(channels, 0);
  for (size_t i = 0; i < channels; ++i) type.quantization.scales.push_back(0.01f * static_cast<float>(i + 1));
  return type;
}

std::vector<float> numbers(size_t count) {
  Sequence sequence;
  std::vector<float> result(count);
  for (float& number : result) number = static_cast<float>(sequence.next()) / static_cast<float>(1 << 23) - 1;
  return result;
}

OneNode& OneNode::input(TensorType type) {
  inputs_.push_back({std::move(type), false, false, {}});
  return *this;
}

OneNode& OneNode::constant(TensorType type) {
  const size_t bytes = must(byteSize(type));
  if (type.dtype == DataType::Float32) {
    const std::vector<float> values = numbers(bytes / sizeof(float));
    const auto view = std::as_bytes(std::span(values));
    inputs_.push_back({std::move(type), true, false, {view.begin(), view.end()}});
    return *this;
  }
  Sequence sequence;
  std::vector<std::byte> values(bytes);
  for (std::byte& value : values) value = static_cast<std::byte>(sequence.next() & 0x3f);
  inputs_.push_back({std::move(type), true, false, std::move(values)});
  return *this;
}

OneNode& OneNode::constant(TensorType type, std::vector<int32_t> elements) {
  const auto view = std::as_bytes(std::span(elements));
  inputs_.push_back({std::move(type), true, false, {view.begin(), view.end()}});
  return *this;
}

OneNode& OneNode::constantFloats(TensorType type, std::vector<float> elements) {
  const auto view = std::as_bytes(std::span(elements));
  inputs_.push_back({std::move(type), true, false, {view.begin(), view.end()}});
  return *this;
}

OneNode& OneNode::absent() {
  inputs_.push_back({{}, false, true, {}});
  return *this;
}

OneNode& OneNode::output(TensorType type) {
  outputs_.push_back(std::move(type));
  return *this;
}

Graph OneNode::graph(OpKind op, OpParams params, uint16_t version) {
  graph::Builder builder(name_);
  Node node;
  node.op = op;
  node.version = version;
  node.params = std::move(params);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const std::string name = "in" + std::to_string(i);
    const Operand& from = inputs_[i];
    node.inputs.push_back(from.isAbsent     ? kNoValue
                          : from.isConstant ? builder.addConstant(name, from.type, from.bytes)
                                            : builder.addInput(name, from.type));
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    node.outputs.push_back(builder.addInner("out" + std::to_string(i), outputs_[i]));
  }
  builder.setOutputs(node.outputs);
  builder.addNode(std::move(node));
  return must(std::move(builder).build());
}

Sample OneNode::sample(OpKind op, OpParams params, uint16_t version) {
  Sample sample;
  sample.name = name_;
  sample.subgraphs.push_back(graph(op, std::move(params), version));
  return sample;
}

}  // namespace trireme::samples
