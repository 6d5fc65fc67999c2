#include "tools/zoo/quantizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/graph_builders.h"

namespace trireme::zoo {
namespace {

Range range(float low, float high) { return {low, high, true}; }

TEST(ActivationQuantization, CoversTheRangeAndHasZeroExactly) {
  for (const auto& [low, high] : {std::pair(-1.0F, 3.0F), {0.5F, 6.0F}, {-7.0F, -2.0F}, {-0.001F, 100.0F}}) {
    const Quantization q = activationQuantization(range(low, high));
    const float scale = q.scales[0], least = scale * float(-128 - q.zeroPoints[0]),
                most = scale * float(127 - q.zeroPoints[0]);
    EXPECT_GE(q.zeroPoints[0], -128);
    EXPECT_LE(q.zeroPoints[0], 127);
    EXPECT_LE(least, std::min(low, 0.0F) + scale / 2);
    EXPECT_GE(most, std::max(high, 0.0F) - scale / 2);
    EXPECT_NEAR(scale, (std::max(high, 0.0F) - std::min(low, 0.0F)) / 255, 1e-6F);
  }
  EXPECT_EQ(activationQuantization(range(0, 6)).zeroPoints[0], -128);
  EXPECT_GT(activationQuantization(range(0, 0)).scales[0], 0);
}

TEST(QuantizeWeights, GivesEachOutputChannelItsScale) {
  const std::vector<float> weights = {1, -2, 0.5F, 0.25F, 0, 0};  // three outputs of two inputs
  const std::vector<float> bias = {1, -0.5F, 0.25F};
  const Codes codes = quantizeWeights(weights, Shape::create({3, 2}).value(), 0, bias, 0.5F);
  EXPECT_EQ(codes.weightScales.axis, 0);
  EXPECT_EQ(codes.weightScales.scales, (std::vector<float>{2.0F / 127, 0.5F / 127, 1.0F / 127}));
  EXPECT_EQ(codes.weightScales.zeroPoints, std::vector<int32_t>(3, 0));
  EXPECT_EQ(codes.weights, (std::vector<int8_t>{64, -127, 127, 64, 0, 0}));
  for (size_t c = 0; c < 3; ++c) {
    EXPECT_EQ(codes.biasScales.scales[c], 0.5F * codes.weightScales.scales[c]);
    EXPECT_NEAR(double(codes.bias[c]) * double(codes.biasScales.scales[c]), double(bias[c]),
                double(codes.biasScales.scales[c]));
  }
  EXPECT_EQ(codes.bias[0], 127);
}

TEST(QuantizeWeights, FollowsTheAxisOfDepthwiseFilters) {
  const std::vector<float> weights = {1, 10, -2, 5};  // 1x2x1 taps of two channels
  const Codes codes = quantizeWeights(weights, Shape::create({1, 2, 1, 2}).value(), 3, {}, 1);
  EXPECT_EQ(codes.weightScales.scales, (std::vector<float>{2.0F / 127, 10.0F / 127}));
  EXPECT_EQ(codes.weights, (std::vector<int8_t>{64, 127, -127, 64}));
  EXPECT_TRUE(codes.bias.empty());
}

TEST(QuantizeWeights, CoarsensWeightsWhoseBiasWouldNotFit) {
  const std::vector<float> weights = {1e-6F}, bias = {1000};
  const Codes codes = quantizeWeights(weights, Shape::create({1, 1}).value(), 0, bias, 0.01F);
  EXPECT_NEAR(std::abs(double(codes.bias[0])), 1 << 30, 1 << 10);
  EXPECT_NEAR(double(codes.bias[0]) * double(codes.biasScales.scales[0]), 1000, 0.01);
}

// Ranges of -4 to 4 for every value that is no constant.
Ranges evenRanges(const Graph& graph) {
  Ranges ranges;
  for (const Value& value : graph.values()) ranges.push_back(value.isConstant ? Range() : range(-4, 4));
  return ranges;
}

const Quantization& scaleOf(const Graph& graph, ValueId id) { return graph.value(id).type.quantization; }

TEST(QuantizeInt8, GivesOneScaleToWhatIsMovedOrCompared) {
  support::Net net(1);
  const ValueId x = net.input({1, 8, 8, 3});
  const ValueId a = net.conv(x, 4), b = net.conv(x, 6);
  const ValueId pool = net.maxPool(net.concat(a, b));
  const Graph graph = net.build({net.reshape(pool, {1, 160})});
  Ranges ranges = evenRanges(graph);
  ranges[index(graph.node(NodeId{0}).outputs[0])] = range(-1, 1);
  ranges[index(graph.node(NodeId{1}).outputs[0])] = range(-2, 9);
  const auto codes = quantizeInt8(graph, ranges);
  ASSERT_TRUE(codes.ok()) << codes.status().message();
  const Graph& to = codes.value();
  const Quantization shared = activationQuantization(range(-4, 9));
  for (uint32_t n = 0; n < 5; ++n) EXPECT_EQ(scaleOf(to, to.node(NodeId{n}).outputs[0]), shared) << n;
  EXPECT_EQ(scaleOf(to, to.inputs()[0]), activationQuantization(range(-4, 4)));
}

TEST(QuantizeInt8, WritesProbabilitiesAndTheirKindAsTheKernelsAsk) {
  support::Net net(1);
  const ValueId x = net.tanh(net.input({1, 8}));
  const Graph graph = net.build({net.softmax(net.fullyConnected(x, 5))});
  const auto codes = quantizeInt8(graph, evenRanges(graph));
  ASSERT_TRUE(codes.ok()) << codes.status().message();
  const Graph& to = codes.value();
  EXPECT_EQ(scaleOf(to, to.node(NodeId{0}).outputs[0]), (Quantization{{1.0F / 128}, {0}, -1, 0}));
  EXPECT_EQ(scaleOf(to, to.outputs()[0]), (Quantization{{1.0F / 256}, {-128}, -1, 0}));
  const Node& dense = to.node(NodeId{1});
  EXPECT_EQ(to.value(dense.inputs[1]).type.dtype, DataType::Int8);
  EXPECT_EQ(scaleOf(to, dense.inputs[1]).scales.size(), 5u);
  EXPECT_EQ(to.value(dense.inputs[2]).type.dtype, DataType::Int32);
  for (size_t c = 0; c < 5; ++c) {
    EXPECT_EQ(scaleOf(to, dense.inputs[2]).scales[c], 1.0F / 128 * scaleOf(to, dense.inputs[1]).scales[c]);
  }
}

TEST(QuantizeInt8, NamesTheOperatorThatItDoesNotKnow) {
  graph::Builder builder;
  const ValueId x = builder.addInput("x", support::floats({4})), y = builder.addInner("y", support::floats({4}));
  builder.addNode({OpKind::Exp, 1, NoParams(), {x}, {y}, {}, {}, {}});
  builder.setOutputs({y});
  const Graph graph = std::move(builder).build().value();
  const auto codes = quantizeInt8(graph, evenRanges(graph));
  ASSERT_FALSE(codes.ok());
  EXPECT_EQ(codes.status().code(), Code::Unsupported);
  EXPECT_EQ(codes.status().message(), "node 0 EXP: the quantiser has no rule for this operator");
}

TEST(QuantizeInt8, RefusesWhatWouldNeedTwoFixedScales) {
  support::Net net(1);
  const ValueId x = net.input({1, 2, 2, 4});
  const Graph graph = net.build({net.concat(net.tanh(x), net.softmax(x))});
  const auto codes = quantizeInt8(graph, evenRanges(graph));
  ASSERT_FALSE(codes.ok());
  EXPECT_NE(codes.status().message().find("CONCATENATION: its values would need two scales"), std::string_view::npos);
}

TEST(QuantizeInt8, SaysWhatCalibrationDidNotSee) {
  support::Net net(1);
  const Graph graph = net.build({net.relu(net.input({1, 4}))});
  const auto codes = quantizeInt8(graph, Ranges(graph.values().size()));
  ASSERT_FALSE(codes.ok());
  EXPECT_EQ(codes.status().code(), Code::InvalidArgument);
  EXPECT_NE(codes.status().message().find("calibration saw nothing of 'input"), std::string_view::npos);
}

TEST(QuantizeInt8, LeavesIntegerTensorsAlone) {
  const Graph graph = support::residualNet(1, DataType::Int8);
  const auto codes = quantizeInt8(graph, evenRanges(graph));
  ASSERT_FALSE(codes.ok());
  EXPECT_NE(codes.status().message().find("takes float32 tensors only"), std::string_view::npos);
}

}  // namespace
}  // namespace trireme::zoo
