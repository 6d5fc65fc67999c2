#pragma once

#include <cmath>

#include "kernels/common/padding.h"
#include "tests/unit/delegates/cpu/partition_run.h"

namespace trireme::cpu {

// One weighted layer on random weights, float32, int8 (a scale a channel) or uint8.
struct LayerCase {
  OpKind op = OpKind::Conv2d;
  DataType dtype = DataType::Float32;
  int64_t batches = 1, inH = 9, inW = 8, inC = 5, outC = 7;
  int64_t filterH = 3, filterW = 3, groups = 1;
  int32_t stride = 1, dilation = 1;
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
  bool hasBias = true;
  bool hasOneScale = false;  // for all channels of int8
};

inline TensorType layerType(DataType dtype, std::initializer_list<int64_t> dims, float scale, int32_t zero) {
  return dtype == DataType::Float32 ? support::floats(dims) : support::quantized(dtype, dims, scale, zero);
}

class LayerGraph {
 public:
  static Graph build(const LayerCase& c) { return LayerGraph(c).finish(); }

 private:
  explicit LayerGraph(const LayerCase& c) : c_(c) {}

  Shape filterShape() const {
    switch (c_.op) {
      case OpKind::DepthwiseConv2d:
        return Shape::create({1, c_.filterH, c_.filterW, c_.outC}).value();
      case OpKind::FullyConnected:
        return Shape::create({c_.outC, c_.inC}).value();
      default:
        return Shape::create({c_.outC, c_.filterH, c_.filterW, c_.inC / c_.groups}).value();
    }
  }
  int64_t terms() const { return filterShape().elements() / c_.outC; }

  TensorType filterType() {
    TensorType type{c_.dtype, filterShape(), {}};
    const size_t scales = c_.dtype == DataType::Int8 && !c_.hasOneScale ? size_t(c_.outC) : 1;
    if (c_.dtype == DataType::Float32) return type;
    for (size_t i = 0; i < scales; ++i) {
      type.quantization.scales.push_back(kFilterScale * random_.real(0.5f, 1.0f));
      type.quantization.zeroPoints.push_back(c_.dtype == DataType::UInt8 ? 131 : 0);
    }
    if (scales > 1) type.quantization.axis = c_.op == OpKind::DepthwiseConv2d ? 3 : 0;
    return type;
  }

  ValueId addBias(const TensorType& filter) {
    const auto channels = size_t(c_.outC);
    if (c_.dtype == DataType::Float32) {
      std::vector<float> bias(channels);
      for (float& value : bias) value = random_.real(-1, 1);
      return builder_.addConstant("bias", support::floats({c_.outC}), bias);
    }
    TensorType type{DataType::Int32, Shape::create({c_.outC}).value(), filter.quantization};
    for (float& scale : type.quantization.scales) scale *= kInputScale;
    type.quantization.zeroPoints.assign(type.quantization.scales.size(), 0);
    if (type.quantization.axis >= 0) type.quantization.axis = 0;
    std::vector<int32_t> bias(channels);
    for (int32_t& value : bias) value = int32_t(random_.between(-3000, 3000));
    return builder_.addConstant("bias", type, bias);
  }

  OpParams params() const {
    if (c_.op == OpKind::FullyConnected) return FullyConnectedParams{.activation = c_.activation};
    if (c_.op == OpKind::DepthwiseConv2d) {
      return DepthwiseConv2dParams{.padding = c_.padding,
                                   .activation = c_.activation,
                                   .strideH = c_.stride,
                                   .strideW = c_.stride,
                                   .dilationH = c_.dilation,
                                   .dilationW = c_.dilation,
                                   .depthMultiplier = int32_t(c_.outC / c_.inC)};
    }
    return Conv2dParams{.padding = c_.padding,
                        .activation = c_.activation,
                        .strideH = c_.stride,
                        .strideW = c_.stride,
                        .dilationH = c_.dilation,
                        .dilationW = c_.dilation};
  }

  ValueId addOutput() {
    // About three quarters of the codes are used: some outputs saturate.
    const float scale = kInputScale * kFilterScale * std::sqrt(float(terms())) * 45.0f;
    const int32_t zero = c_.dtype == DataType::UInt8 ? 120 : -5;
    if (c_.op == OpKind::FullyConnected) {
      return builder_.addInner("out", layerType(c_.dtype, {c_.batches, c_.outC}, scale, zero));
    }
    const int64_t outH = common::windowOutputSize(c_.padding, c_.inH, c_.filterH, c_.stride, c_.dilation);
    const int64_t outW = common::windowOutputSize(c_.padding, c_.inW, c_.filterW, c_.stride, c_.dilation);
    return builder_.addInner("out", layerType(c_.dtype, {c_.batches, outH, outW, c_.outC}, scale, zero));
  }

  Graph finish() {
    const int32_t zero = c_.dtype == DataType::UInt8 ? 121 : 3;
    const ValueId in =
        c_.op == OpKind::FullyConnected
            ? builder_.addInput("in", layerType(c_.dtype, {c_.batches, c_.inC}, kInputScale, zero))
            : builder_.addInput("in", layerType(c_.dtype, {c_.batches, c_.inH, c_.inW, c_.inC}, kInputScale, zero));
    const TensorType type = filterType();
    const ValueId filter = builder_.addConstant("filter", type, random_.bytes(type));
    const ValueId bias = c_.hasBias ? addBias(type) : kNoValue;
    const ValueId out = addOutput();
    Node node;
    node.op = c_.op;
    node.params = params();
    node.inputs = {in, filter, bias};
    node.outputs = {out};
    builder_.addNode(node);
    builder_.setOutputs({out});
    auto graph = std::move(builder_).build();
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return std::move(graph).value();
  }

  static constexpr float kInputScale = 0.02f, kFilterScale = 0.01f;
  LayerCase c_;
  support::Random random_{42};
  graph::Builder builder_;
};

}  // namespace trireme::cpu
