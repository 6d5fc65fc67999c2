#include "tools/zoo/net.h"

#include <cmath>

#include "core/base/check.h"

namespace trireme::zoo {
namespace {

Shape shapeOf(std::initializer_list<int64_t> dims) { return Shape::create(dims).value(); }

int64_t windowOutputs(int64_t in, int32_t side, const Window& window) {
  const int64_t reach = int64_t{side - 1} * window.dilation + 1;
  const int64_t room = window.padding == Padding::Same ? in : in - reach + 1;
  return (room + window.stride - 1) / window.stride;
}

Shape windowShape(const Shape& in, const Window& window, int64_t channels) {
  return shapeOf({in.dim(0), windowOutputs(in.dim(1), window.height, window),
                  windowOutputs(in.dim(2), window.width, window), channels});
}

}  // namespace

Net::Net(std::string name, uint64_t seed) : builder_(std::move(name)), seed_(seed) {}

ValueId Net::note(ValueId id, const Shape& shape, Moments moments) {
  TRIREME_CHECK(index(id) == shapes_.size(), "the net notes every value of its builder, in order");
  shapes_.push_back(shape);
  moments_.push_back(std::move(moments));
  return id;
}

ValueId Net::numbers(std::string name, const Shape& shape, const std::vector<float>& elements) {
  return note(builder_.addConstant(std::move(name), {DataType::Float32, shape, {}}, elements), shape, {});
}

ValueId Net::indices(std::string name, const Shape& shape, const std::vector<int32_t>& elements) {
  return note(builder_.addConstant(std::move(name), {DataType::Int32, shape, {}}, elements), shape, {});
}

ValueId Net::node(OpKind op, OpParams params, std::string name, std::vector<ValueId> inputs, const Shape& shape,
                  Moments moments, uint16_t version) {
  const ValueId to =
      note(builder_.addInner(std::move(name), {DataType::Float32, shape, {}}), shape, std::move(moments));
  builder_.addNode({op, version, std::move(params), std::move(inputs), {to}, {}, {}, {}});
  return to;
}

ValueId Net::input(std::string name, int64_t height, int64_t width, int64_t channels) {
  const Shape shape = shapeOf({1, height, width, channels});
  const ValueId id = builder_.addInput(std::move(name), {DataType::Float32, shape, {}});
  return note(id, shape, uniformMoments(static_cast<size_t>(channels), 0, 1.0 / 3));
}

ValueId Net::matrixNode(OpKind op, OpParams params, const std::string& name, ValueId from, const Shape& to,
                        const Filter& filter, bool centred, Activation activation, Target target) {
  Drawn drawn = draw(name, from, filter, centred, target);
  const Shape biasShape = shapeOf({static_cast<int64_t>(drawn.bias.size())});
  std::vector<ValueId> inputs = {from, numbers(name + "/weights", filter.shape, drawn.weights),
                                 numbers(name + "/bias", biasShape, drawn.bias)};
  const auto* depthwise = std::get_if<DepthwiseConv2dParams>(&params);
  const uint16_t version = depthwise != nullptr && depthwise->dilationH > 1 ? 2 : 1;
  return node(op, std::move(params), name, std::move(inputs), to, activated(drawn.moments, activation), version);
}

ValueId Net::conv2d(const std::string& name, ValueId from, int64_t channels, Window window, bool centred,
                    Activation activation, Target target) {
  const int64_t depth = this->channels(from);
  const Filter filter{shapeOf({channels, window.height, window.width, depth}), depth * window.height * window.width,
                      false};
  const Conv2dParams params{window.padding,  activation,      window.stride,    window.stride,
                            window.dilation, window.dilation, DataType::Float32};
  return matrixNode(OpKind::Conv2d, params, name, from, windowShape(shape(from), window, channels), filter, centred,
                    activation, target);
}

ValueId Net::conv(const std::string& name, ValueId from, int64_t channels, Window window, Activation activation) {
  return conv2d(name, from, channels, window, true, activation, targetOf(activation));
}

ValueId Net::conv(const std::string& name, ValueId from, int64_t channels, Window window, Activation activation,
                  Target target) {
  return conv2d(name, from, channels, window, true, activation, target);
}

ValueId Net::convWithoutBias(const std::string& name, ValueId from, int64_t channels, Window window) {
  return conv2d(name, from, channels, window, false, Activation::None, {});
}

ValueId Net::depthwise(const std::string& name, ValueId from, Window window, Activation activation) {
  return depthwise(name, from, window, activation, targetOf(activation));
}

ValueId Net::depthwise(const std::string& name, ValueId from, Window window, Activation activation, Target target) {
  const int64_t depth = channels(from);
  const Filter filter{shapeOf({1, window.height, window.width, depth}), int64_t{window.height} * window.width, true};
  const DepthwiseConv2dParams params{window.padding,  activation, window.stride, window.stride, window.dilation,
                                     window.dilation, 1};
  return matrixNode(OpKind::DepthwiseConv2d, params, name, from, windowShape(shape(from), window, depth), filter, true,
                    activation, target);
}

ValueId Net::fullyConnected(const std::string& name, ValueId from, int64_t units, Target target) {
  const int64_t depth = channels(from);
  const Filter filter{shapeOf({units, depth}), depth, false};
  return matrixNode(OpKind::FullyConnected, FullyConnectedParams(), name, from, shapeOf({shape(from).dim(0), units}),
                    filter, true, Activation::None, target);
}

ValueId Net::unary(OpKind op, const std::string& name, ValueId from) {
  return node(op, NoParams(), name, {from}, shape(from), ofUnary(moments(from), op));
}

ValueId Net::softmax(const std::string& name, ValueId from) {
  return node(OpKind::Softmax, SoftmaxParams(), name, {from}, shape(from), {});
}

ValueId Net::add(const std::string& name, ValueId a, ValueId b, Activation activation) {
  AddParams params;
  params.activation = activation;
  return node(OpKind::Add, params, name, {a, b}, shape(a), activated(summed(moments(a), moments(b)), activation));
}

ValueId Net::addNumber(const std::string& name, ValueId from, float number, Activation activation) {
  AddParams params;
  params.activation = activation;
  const ValueId term = numbers(name + "/number", Shape(), std::vector<float>{number});
  return node(OpKind::Add, params, name, {from, term}, shape(from),
              activated(scaled(moments(from), 1, number), activation));
}

ValueId Net::multiply(const std::string& name, ValueId from, ValueId gate) {
  return node(OpKind::Mul, ActivationParams(), name, {from, gate}, shape(from),
              multiplied(moments(from), moments(gate)));
}

ValueId Net::multiplyNumber(const std::string& name, ValueId from, float number) {
  const ValueId factor = numbers(name + "/number", Shape(), std::vector<float>{number});
  return node(OpKind::Mul, ActivationParams(), name, {from, factor}, shape(from), scaled(moments(from), number, 0));
}

ValueId Net::concat(const std::string& name, const std::vector<ValueId>& parts) {
  const Shape& first = shape(parts[0]);
  Moments all;
  for (const ValueId part : parts) all = joined(all, moments(part));
  const Shape to = shapeOf({first.dim(0), first.dim(1), first.dim(2), static_cast<int64_t>(all.channels())});
  return node(OpKind::Concatenation, ConcatenationParams{3, Activation::None}, name, parts, to, std::move(all));
}

ValueId Net::pool(OpKind op, const std::string& name, ValueId from, Window window, Moments moments) {
  const Pool2dParams params{window.padding, Activation::None, window.stride,
                            window.stride,  window.height,    window.width};
  return node(op, params, name, {from}, windowShape(shape(from), window, channels(from)), std::move(moments));
}

ValueId Net::averagePool(const std::string& name, ValueId from, Window window) {
  const bool whole = window.height == shape(from).dim(1) && window.width == shape(from).dim(2);
  return pool(OpKind::AveragePool2d, name, from, window, averaged(moments(from), whole));
}

ValueId Net::maxPool(const std::string& name, ValueId from, Window window) {
  return pool(OpKind::MaxPool2d, name, from, window, largest(moments(from), int64_t{window.height} * window.width));
}

ValueId Net::globalMean(const std::string& name, ValueId from, bool keepDims) {
  const Shape in = shape(from);
  const Shape to = keepDims ? shapeOf({in.dim(0), 1, 1, in.dim(3)}) : shapeOf({in.dim(0), in.dim(3)});
  const ValueId axes = indices(name + "/axes", shapeOf({2}), std::vector<int32_t>{1, 2});
  return node(OpKind::Mean, ReduceParams{keepDims}, name, {from, axes}, to, averaged(moments(from), true));
}

ValueId Net::pad(const std::string& name, ValueId from, int32_t pixels) {
  const Shape in = shape(from);
  const ValueId sides =
      indices(name + "/paddings", shapeOf({4, 2}), std::vector<int32_t>{0, 0, pixels, pixels, pixels, pixels, 0, 0});
  const Shape to = shapeOf({in.dim(0), in.dim(1) + 2 * pixels, in.dim(2) + 2 * pixels, in.dim(3)});
  return node(OpKind::Pad, NoParams(), name, {from, sides}, to, moments(from));
}

ValueId Net::reshape(const std::string& name, ValueId from, std::initializer_list<int64_t> dims) {
  const Shape to = shapeOf(dims);
  std::vector<int32_t> narrow;
  for (const int64_t dim : dims) narrow.push_back(static_cast<int32_t>(dim));
  const ValueId size = indices(name + "/shape", shapeOf({static_cast<int64_t>(narrow.size())}), narrow);
  // Channels stay innermost: what is flattened repeats their moments.
  Moments all;
  const auto repeats = static_cast<size_t>(to.dim(to.rank() - 1)) / moments(from).channels();
  for (size_t i = 0; i < repeats; ++i) all = joined(all, moments(from));
  return node(OpKind::Reshape, ReshapeParams{narrow}, name, {from, size}, to, std::move(all));
}

ValueId Net::resize(const std::string& name, ValueId from, int32_t height, int32_t width) {
  const ValueId size = indices(name + "/size", shapeOf({2}), std::vector<int32_t>{height, width});
  ResizeParams params;
  params.halfPixelCenters = true;
  const Shape to = shapeOf({shape(from).dim(0), height, width, channels(from)});
  return node(OpKind::ResizeBilinear, params, name, {from, size}, to, moments(from), 3);
}

Result<Graph> Net::finish(ValueId output) && {
  builder_.setOutputs({output});
  return std::move(builder_).build();
}

}  // namespace trireme::zoo
