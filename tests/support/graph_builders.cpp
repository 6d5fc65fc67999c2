#include "tests/support/graph_builders.h"

#include <gtest/gtest.h>

#include <cmath>

namespace trireme::support {
namespace {

const Quantization kActivation{{0.05f}, {-3}, -1, 0};
const Quantization kUnit{{1.0f / 128}, {0}, -1, 0};            // of tanh
const Quantization kProbability{{1.0f / 256}, {-128}, -1, 0};  // of softmax

int64_t outDim(int64_t in, int32_t stride) { return (in + stride - 1) / stride; }

}  // namespace

TensorType plain(DataType dtype, std::initializer_list<int64_t> dims) {
  return {dtype, Shape::create(dims).value(), {}};
}

TensorType floats(std::initializer_list<int64_t> dims) { return plain(DataType::Float32, dims); }

TensorType quantized(DataType dtype, std::initializer_list<int64_t> dims, float scale, int32_t zeroPoint) {
  return {dtype, Shape::create(dims).value(), {{scale}, {zeroPoint}, -1, 0}};
}

ValueId Net::note(ValueId id, TensorType type) {
  types_.resize(std::max<size_t>(types_.size(), index(id) + 1));
  types_[index(id)] = std::move(type);
  return id;
}

ValueId Net::input(std::initializer_list<int64_t> dims) {
  TensorType type = plain(dtype_, dims);
  if (dtype_ != DataType::Float32) type.quantization = kActivation;
  return note(builder_.addInput("input" + std::to_string(types_.size()), type), type);
}

ValueId Net::inner(Shape shape, const Quantization* quantization) {
  TensorType type{dtype_, shape, {}};
  if (dtype_ != DataType::Float32) type.quantization = quantization ? *quantization : kActivation;
  return note(builder_.addInner("inner" + std::to_string(types_.size()), type), type);
}

ValueId Net::weights(std::initializer_list<int64_t> dims, int axis) {
  TensorType type = plain(dtype_, dims);
  if (dtype_ == DataType::Float32) {
    std::vector<float> values(size_t(type.shape.elements()));
    for (float& value : values) value = random_.real(-0.3f, 0.3f);
    return note(builder_.addConstant("weights" + std::to_string(types_.size()), type, values), type);
  }
  type.quantization.axis = axis;
  for (int64_t i = 0; i < type.shape.dim(axis); ++i) {
    type.quantization.scales.push_back(random_.real(0.001f, 0.004f));
    type.quantization.zeroPoints.push_back(0);
  }
  std::vector<int8_t> values(size_t(type.shape.elements()));
  for (int8_t& value : values) value = int8_t(random_.between(-127, 127));
  return note(builder_.addConstant("weights" + std::to_string(types_.size()), type, values), type);
}

ValueId Net::bias(int64_t channels, ValueId input, ValueId filter) {
  TensorType type = plain(dtype_ == DataType::Float32 ? DataType::Float32 : DataType::Int32, {channels});
  const std::string name = "bias" + std::to_string(types_.size());
  if (dtype_ == DataType::Float32) {
    std::vector<float> values(size_t(channels), 0.0f);
    for (float& value : values) value = random_.real(-0.5f, 0.5f);
    return note(builder_.addConstant(name, type, values), type);
  }
  type.quantization.axis = 0;
  for (float scale : this->type(filter).quantization.scales) {
    type.quantization.scales.push_back(scale * this->type(input).quantization.scales[0]);
    type.quantization.zeroPoints.push_back(0);
  }
  std::vector<int32_t> values(size_t(channels), 0);
  for (int32_t& value : values) value = int32_t(random_.between(-1000, 1000));
  return note(builder_.addConstant(name, type, values), type);
}

ValueId Net::conv(ValueId from, int64_t channels, int64_t kernel, int32_t stride) {
  const Shape in = type(from).shape;
  const ValueId filter = weights({channels, kernel, kernel, in.dim(3)}, 0);
  const ValueId added = bias(channels, from, filter);
  const ValueId to =
      inner(Shape::create({in.dim(0), outDim(in.dim(1), stride), outDim(in.dim(2), stride), channels}).value());
  Conv2dParams params;
  params.strideH = params.strideW = stride;
  builder_.addNode({OpKind::Conv2d, 1, params, {from, filter, added}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::depthwise(ValueId from, int64_t kernel) {
  const Shape in = type(from).shape;
  const ValueId filter = weights({1, kernel, kernel, in.dim(3)}, 3);
  const ValueId added = bias(in.dim(3), from, filter);
  const ValueId to = inner(in);
  builder_.addNode({OpKind::DepthwiseConv2d, 1, DepthwiseConv2dParams(), {from, filter, added}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::fullyConnected(ValueId from, int64_t units) {
  const Shape in = type(from).shape;
  const ValueId filter = weights({units, in.dim(in.rank() - 1)}, 0);
  const ValueId added = bias(units, from, filter);
  const ValueId to = inner(Shape::create({in.elements() / in.dim(in.rank() - 1), units}).value());
  builder_.addNode({OpKind::FullyConnected, 1, FullyConnectedParams(), {from, filter, added}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::unary(OpKind op, OpParams params, ValueId from, const Quantization* quantization) {
  const Quantization own = type(from).quantization;
  const ValueId to = inner(type(from).shape, quantization ? quantization : &own);
  builder_.addNode({op, 1, std::move(params), {from}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::relu(ValueId from) { return unary(OpKind::Relu, NoParams(), from); }
ValueId Net::tanh(ValueId from) { return unary(OpKind::Tanh, NoParams(), from, &kUnit); }
ValueId Net::softmax(ValueId from) { return unary(OpKind::Softmax, SoftmaxParams(), from, &kProbability); }

ValueId Net::add(ValueId a, ValueId b) {
  const ValueId to = inner(type(a).shape);
  builder_.addNode({OpKind::Add, 1, AddParams(), {a, b}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::concat(ValueId a, ValueId b) {
  const Shape left = type(a).shape;
  std::vector<int64_t> dims(left.dims().begin(), left.dims().end());
  dims.back() += type(b).shape.dim(left.rank() - 1);
  const Quantization own = type(a).quantization;
  const ValueId to = inner(Shape::create(std::span<const int64_t>(dims)).value(), &own);
  builder_.addNode(
      {OpKind::Concatenation, 1, ConcatenationParams{left.rank() - 1, Activation::None}, {a, b}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::maxPool(ValueId from) {
  const Shape in = type(from).shape;
  const Quantization own = type(from).quantization;
  const ValueId to =
      inner(Shape::create({in.dim(0), outDim(in.dim(1), 2), outDim(in.dim(2), 2), in.dim(3)}).value(), &own);
  Pool2dParams params;
  params.strideH = params.strideW = params.filterH = params.filterW = 2;
  builder_.addNode({OpKind::MaxPool2d, 1, params, {from}, {to}, {}, {}, {}});
  return to;
}

ValueId Net::reshape(ValueId from, std::initializer_list<int64_t> dims) {
  const Quantization own = type(from).quantization;
  const ValueId to = inner(Shape::create(dims).value(), &own);
  builder_.addNode({OpKind::Reshape, 1, ReshapeParams{{dims.begin(), dims.end()}}, {from}, {to}, {}, {}, {}});
  return to;
}

Graph Net::build(std::vector<ValueId> outputs) {
  builder_.setOutputs(std::move(outputs));
  Result<Graph> graph = std::move(builder_).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return graph.ok() ? std::move(graph).value() : Graph();
}

Graph residualNet(uint64_t seed, DataType dtype) {
  Net net(seed, dtype);
  const ValueId x = net.input({1, 7, 5, 3});
  const ValueId a = net.relu(net.conv(x, 6));
  const ValueId b = net.conv(a, 6);
  return net.build({net.relu(net.add(a, b))});
}

Graph chainNet(size_t length, int64_t elements) {
  Net net(1);
  ValueId x = net.input({1, elements});
  for (size_t i = 0; i < length; ++i) x = i % 2 == 0 ? net.relu(x) : net.tanh(x);
  return net.build({x});
}

}  // namespace trireme::support
