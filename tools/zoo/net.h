#pragma once

#include <string>

#include "core/graph/builder.h"
#include "tools/zoo/moments.h"

namespace trireme::zoo {

struct Window {
  int32_t height = 1, width = 1, stride = 1;
  Padding padding = Padding::Same;
  int32_t dilation = 1;
};
constexpr Window square(int32_t side, int32_t stride = 1, Padding padding = Padding::Same) {
  return {side, side, stride, padding, 1};
}

// What a layer's outputs come to before its activation, over channels.
struct Target {
  double deviation = 1, mean = 0;
};
// Rectifiers are met mostly on their straight side: a layer that cuts half of every value away makes a small error in
// its input, such as that of int8, a larger one in its output, and deep networks have many layers.
constexpr Target targetOf(Activation activation) { return {1, activation == Activation::None ? 0 : 1.5}; }

// Grows a float32 network layer by layer, NHWC, as converters write them: activations fused, batch normalisation folded
// into weights and bias. Weights are drawn by CounterRandom and scaled by the moments of what they multiply, so that
// activations neither vanish nor saturate. Names are unique: a layer's is its output's, its weights' has a suffix.
class Net {
 public:
  Net(std::string name, uint64_t seed);
  ValueId input(std::string name, int64_t height, int64_t width, int64_t channels);  // values in -1..1 are expected

  ValueId conv(const std::string& name, ValueId from, int64_t channels, Window window,
               Activation activation = Activation::None);
  ValueId conv(const std::string& name, ValueId from, int64_t channels, Window window, Activation activation,
               Target target);
  // A convolution that has no bias. The file gets one of zeros: LiteRT's CONV_2D asks for it.
  ValueId convWithoutBias(const std::string& name, ValueId from, int64_t channels, Window window);
  ValueId depthwise(const std::string& name, ValueId from, Window window, Activation activation);
  ValueId depthwise(const std::string& name, ValueId from, Window window, Activation activation, Target target);
  ValueId fullyConnected(const std::string& name, ValueId from, int64_t units, Target target = {});
  // A batch normalisation that cannot be folded: MUL, ADD.
  ValueId normalize(const std::string& name, ValueId from, Target target);

  ValueId unary(OpKind op, const std::string& name, ValueId from);  // LOGISTIC, HARD_SWISH, RELU
  ValueId softmax(const std::string& name, ValueId from);
  ValueId add(const std::string& name, ValueId a, ValueId b, Activation activation = Activation::None);
  ValueId addNumber(const std::string& name, ValueId from, float number, Activation activation);
  ValueId multiply(const std::string& name, ValueId from, ValueId gate);  // gate: one value a channel
  ValueId multiplyNumber(const std::string& name, ValueId from, float number);
  ValueId concat(const std::string& name, const std::vector<ValueId>& parts);  // along the channels
  ValueId averagePool(const std::string& name, ValueId from, Window window);
  ValueId maxPool(const std::string& name, ValueId from, Window window);
  ValueId globalMean(const std::string& name, ValueId from, bool keepDims);
  ValueId pad(const std::string& name, ValueId from, int32_t pixels);  // zeros on the four sides
  ValueId reshape(const std::string& name, ValueId from, std::initializer_list<int64_t> dims);
  ValueId resize(const std::string& name, ValueId from, int32_t height, int32_t width);  // bilinear, half pixel centres

  const Shape& shape(ValueId id) const { return shapes_[index(id)]; }
  int64_t channels(ValueId id) const { return shape(id).dim(shape(id).rank() - 1); }
  Result<Graph> finish(ValueId output) &&;

 private:
  struct Filter {
    Shape shape;
    int64_t inputs = 0;  // products that make one output element
    bool perChannel = false;
  };
  struct Drawn {
    std::vector<float> weights, bias;
    Moments moments;
  };
  // Without `centred` the bias is 0, and the outputs' means are what the weights make them.
  Drawn draw(const std::string& name, ValueId from, const Filter& filter, bool centred, Target target) const;
  ValueId matrixNode(OpKind op, OpParams params, const std::string& name, ValueId from, const Shape& to,
                     const Filter& filter, bool centred, Activation activation, Target target);
  ValueId conv2d(const std::string& name, ValueId from, int64_t channels, Window window, bool centred,
                 Activation activation, Target target);
  ValueId pool(OpKind op, const std::string& name, ValueId from, Window window, Moments moments);
  ValueId node(OpKind op, OpParams params, std::string name, std::vector<ValueId> inputs, const Shape& shape,
               Moments moments, uint16_t version = 1);
  ValueId numbers(std::string name, const Shape& shape, const std::vector<float>& elements);
  ValueId indices(std::string name, const Shape& shape, const std::vector<int32_t>& elements);
  const Moments& moments(ValueId id) const { return moments_[index(id)]; }
  ValueId note(ValueId id, const Shape& shape, Moments moments);

  graph::Builder builder_;
  uint64_t seed_;
  std::vector<Shape> shapes_;
  std::vector<Moments> moments_;
};

}  // namespace trireme::zoo
