#include <gtest/gtest.h>

#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/unit/delegates/gpu/hot_run.h"

namespace trireme::gpu {
namespace {

using cpu::LayerCase;
using cpu::LayerGraph;

constexpr int64_t kSizes[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33};
constexpr Activation kClamps[] = {Activation::None, Activation::Relu, Activation::Relu6, Activation::ReluN1To1};

enum class Way : uint8_t { Plain, Tiles, Products };
std::unique_ptr<GpuDevice> deviceOf(Way way, uint32_t width) {
  if (way == Way::Plain) return host::makeHostGpu(width);
  return host::makeHostGpu(way == Way::Tiles ? host::tiledLimits(width) : host::productLimits(width));
}
struct Setting {
  DataType dtype = DataType::Float32;
  Precision precision = Precision::Exact;
  uint32_t width = 4;
  Way way = Way::Plain;
};
std::string settingName(const testing::TestParamInfo<Setting>& info) {
  const std::string type(dataTypeName(info.param.dtype));
  return type + (info.param.precision == Precision::Exact ? "" : "halves") + "x" + std::to_string(info.param.width) +
         (info.param.way == Way::Plain   ? ""
          : info.param.way == Way::Tiles ? "tiles"
                                         : "products");
}

// A 1x1 convolution of few pixels, as many as make a tile, whose weights are as large as they can be, first positive,
// then negative; sums become codes nearly one to one.
constexpr int64_t kTower = 4000, kTowerPixels = 16, kTowerChannels = 8;
Graph towerGraph(DataType dtype, int64_t groups) {
  graph::Builder builder;
  const bool isByte = dtype == DataType::UInt8;
  const ValueId image =
      builder.addInput("image", support::quantized(dtype, {1, kTowerPixels, 1, kTower * groups}, 0.5f, isByte ? 1 : 0));
  const int64_t channels = kTowerChannels * groups;
  std::vector<uint8_t> codes;
  for (int64_t i = 0; i < channels * kTower; ++i) {
    codes.push_back(i % kTower < kTower / 2 ? (isByte ? 255 : 127) : uint8_t(isByte ? 1 : -127));
  }
  const ValueId filter =
      builder.addConstant("filter", support::quantized(dtype, {channels, 1, 1, kTower}, 0.5f, isByte ? 128 : 0),
                          std::as_bytes(std::span(codes)));
  const ValueId result = builder.addInner(
      "result", support::quantized(dtype, {1, kTowerPixels, 1, channels}, 2.0f * 127, isByte ? 128 : 0));
  Node node;
  node.op = OpKind::Conv2d;
  node.params = Conv2dParams{};
  node.inputs = {image, filter, kNoValue};
  node.outputs = {result};
  builder.addNode(node);
  builder.setOutputs({result});
  auto graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return std::move(graph).value();
}

// Every program in every storage, on a device made of C++, whose accesses are checked, with vectors of 4, 8 and 16.
class HotLayers : public testing::TestWithParam<Setting> {
 protected:
  void expectRight(LayerCase c) {
    c.dtype = GetParam().dtype;
    const Graph graph = LayerGraph::build(c);
    SCOPED_TRACE(graph.value(graph.inputs()[0]).type.shape.text() + " to " +
                 graph.value(graph.outputs()[0]).type.shape.text());
    const int64_t depth = c.op == OpKind::DepthwiseConv2d ? 1 : c.inC / c.groups;
    const int64_t taps = c.op == OpKind::FullyConnected ? 1 : c.filterH * c.filterW;
    expectLikeReference(graph, *device_, GetParam().precision, depth * taps);
  }
  void expectTransposed(TransposeCase c) {
    c.dtype = GetParam().dtype;
    const Graph graph = transposeGraph(c);
    SCOPED_TRACE(graph.value(graph.outputs()[0]).type.shape.text());
    expectLikeReference(graph, *device_, GetParam().precision, c.inC * c.filterH * c.filterW);
  }
  std::unique_ptr<GpuDevice> device_ = deviceOf(GetParam().way, GetParam().width);
};
class HotCodeLayers : public HotLayers {};
class HotFloatLayers : public HotLayers {};

TEST_P(HotLayers, OneByOneConvolutionsOfOddDepthsAndChannels) {
  size_t number = 0;
  for (const int64_t depth : kSizes) {
    for (const int64_t channels : kSizes) {
      const int64_t pixels = kSizes[number % std::size(kSizes)];
      expectRight({.inH = pixels,
                   .inW = 1,
                   .inC = depth,
                   .outC = channels,
                   .filterH = 1,
                   .filterW = 1,
                   .activation = kClamps[number++ % 4]});
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(HotLayers, ConvolutionsOfEveryGeometry) {
  expectRight({});
  expectRight({.batches = 2, .inC = 16, .outC = 33});
  expectRight({.inC = 8, .outC = 10, .filterH = 1, .filterW = 1, .stride = 2});
  expectRight({.inH = 15, .inW = 14, .inC = 3, .outC = 32, .stride = 2});
  expectRight({.inC = 4, .dilation = 2, .padding = Padding::Valid});
  expectRight({.inC = 4, .dilation = 3});
  expectRight({.inC = 20, .outC = 24, .dilation = 2});
  expectRight({.inC = 2, .outC = 130, .filterH = 5, .filterW = 2, .padding = Padding::Valid});
  expectRight({.inH = 7, .inW = 7, .inC = 17, .outC = 20, .filterH = 7, .filterW = 7, .hasBias = false});
  expectRight({.batches = 3, .inH = 1, .inW = 1, .inC = 33, .outC = 31});
  expectRight({.inC = 7, .outC = 5, .stride = 3, .hasOneScale = true});
}

TEST_P(HotLayers, FirstLayersOfFewChannels) {
  expectRight({.inH = 9, .inW = 16, .inC = 3, .outC = 32, .stride = 2});
  expectRight({.inH = 9, .inW = 16, .inC = 3, .outC = 8, .filterH = 7, .filterW = 7, .stride = 2});
  expectRight({.batches = 2, .inH = 5, .inW = 32, .inC = 1, .outC = 7, .filterH = 5, .filterW = 5});
  expectRight({.inH = 5, .inW = 16, .inC = 2, .outC = 7, .dilation = 2});
}

TEST_P(HotLayers, GroupedConvolutions) {
  expectRight({.inC = 12, .outC = 18, .groups = 3});
  expectRight({.inC = 12, .outC = 48, .filterH = 1, .filterW = 1, .groups = 3, .stride = 2});
  expectRight({.inC = 6, .outC = 6, .groups = 6, .dilation = 2});
}

TEST_P(HotLayers, DepthwiseOfOddChannels) {
  for (const int64_t channels : kSizes) {
    expectRight({.op = OpKind::DepthwiseConv2d, .batches = 2, .inC = channels, .outC = channels});
    if (HasFatalFailure()) return;
  }
}

TEST_P(HotLayers, DepthwiseOfEveryGeometry) {
  const LayerCase plain{.op = OpKind::DepthwiseConv2d, .inH = 11, .inW = 17, .inC = 19, .outC = 19};
  for (const int64_t taps : {1, 2, 3, 5, 7}) {
    for (const int32_t stride : {1, 2, 3}) {
      for (const Padding padding : {Padding::Same, Padding::Valid}) {
        LayerCase c = plain;
        c.filterH = c.filterW = taps;
        c.stride = stride;
        c.padding = padding;
        expectRight(c);
        if (HasFatalFailure()) return;
      }
    }
  }
  LayerCase spread = plain;
  spread.dilation = 2;
  expectRight(spread);
  LayerCase small = plain;
  small.inH = small.inW = 2;
  small.filterH = small.filterW = 5;
  expectRight(small);
}

TEST_P(HotLayers, DepthwiseWithAMultiplier) {
  expectRight({.op = OpKind::DepthwiseConv2d, .inC = 1, .outC = 8});
  expectRight({.op = OpKind::DepthwiseConv2d, .inC = 3, .outC = 12, .stride = 2});
  expectRight({.op = OpKind::DepthwiseConv2d, .inC = 2, .outC = 32});
}

TEST_P(HotLayers, FullyConnectedOfFewAndManyRows) {
  for (const int64_t rows : {1, 2, 3, 4, 5, 9, 15}) {
    for (const int64_t depth : {1, 7, 16, 33}) {
      expectRight({.op = OpKind::FullyConnected, .batches = rows, .inC = depth, .outC = 10 + depth});
      if (HasFatalFailure()) return;
    }
  }
}

// Products that climb far above 2^24 and come back to nothing: float sums of all of them would not.
TEST_P(HotCodeLayers, SumsLongerThanFloatsAreExact) {
  for (const int64_t groups : {1, 2}) {
    const Graph graph = towerGraph(GetParam().dtype, groups);
    support::Random random(5);
    Bytes image(size_t(kTowerPixels * kTower * groups));
    for (std::byte& code : image) code = std::byte(random.between(100, 127));
    const std::vector<Bytes> inputs{image};
    const HotRun run = runOnGpu(graph, *device_, Precision::Exact, inputs);
    ASSERT_EQ(run.outputs.size(), 1u);
    EXPECT_EQ(run.outputs[0], cpu::evaluateAll(graph, inputs)[index(graph.outputs()[0])]);
  }
}

// The device binds so little that 300 channels go in parts; biases, scales and results are those of their channels.
TEST_P(HotLayers, WeightsThatAreMoreThanTheDeviceBindsGoInParts) {
  GpuLimits limits = device_->limits();
  limits.maxBinding = size_t{40} << 10;
  device_ = host::makeHostGpu(limits);
  const auto expectParts = [&](LayerCase c, size_t parts) {
    expectRight(c);
    c.dtype = GetParam().dtype;
    const Graph graph = LayerGraph::build(c);
    const HotRun run = runOnGpu(graph, *device_, GetParam().precision, cpu::randomInputs(graph, 3));
    size_t products = 0;
    for (const Dispatch& one : run.list.dispatches) products += one.operations > 0 ? 1 : 0;
    EXPECT_EQ(products, parts) << print(run.list);
  };
  expectParts({.inH = 3, .inW = 3, .inC = 40, .outC = 300, .filterH = 1, .filterW = 1}, 3);
  expectParts({.inH = 4, .inW = 3, .inC = 4, .outC = 130, .filterH = 2, .filterW = 2}, 2);
  expectParts({.op = OpKind::FullyConnected, .batches = 2, .inC = 33, .outC = 256}, 2);
  expectParts({.op = OpKind::FullyConnected, .batches = 9, .inC = 33, .outC = 257, .hasOneScale = true}, 3);
  expectTransposed({.inH = 2, .inW = 3, .inC = 9, .outC = 129, .filterH = 2, .filterW = 2});
}

TEST_P(HotLayers, ALayerOfWhichNotEvenSomeChannelsFitIsRefused) {
  GpuLimits limits = device_->limits();
  limits.maxBinding = size_t{40} << 10;
  for (const OpKind op : {OpKind::Conv2d, OpKind::FullyConnected, OpKind::DepthwiseConv2d}) {
    const int64_t channels = op == OpKind::DepthwiseConv2d ? 400 : 8;
    const Graph graph = LayerGraph::build({.op = op,
                                           .dtype = GetParam().dtype,
                                           .inH = 3,
                                           .inW = 3,
                                           .inC = op == OpKind::FullyConnected ? 1000 : channels,
                                           .outC = channels,
                                           .filterH = 7,
                                           .filterW = 7});
    const Support support = supportsNode(graph, graph.nodes()[0], limits);
    ASSERT_FALSE(support.ok());
    EXPECT_EQ(support.reasons()[0].code, ReasonCode::Memory);
    EXPECT_NE(support.reasons()[0].detail.find("40960"), std::string::npos) << support.reasons()[0].detail;
  }
}

TEST_P(HotLayers, TransposedConvolutionsOfEveryGeometry) {
  for (const Padding padding : {Padding::Same, Padding::Valid}) {
    expectTransposed({.padding = padding});
    expectTransposed({.inW = 16, .inC = 2, .filterH = 5, .filterW = 5, .padding = padding});
    expectTransposed({.batches = 2, .inC = 16, .outC = 17, .filterH = 2, .filterW = 4, .padding = padding});
    expectTransposed({.filterH = 1, .filterW = 2, .strideH = 3, .strideW = 2, .padding = padding});
    expectTransposed({.filterH = 5, .filterW = 4, .strideH = 1, .strideW = 3, .padding = padding});
    expectTransposed({.inC = 20, .outC = 1, .strideH = 1, .strideW = 1, .padding = padding});
  }
}

TEST_P(HotFloatLayers, MediaPipesTransposedConvolution) {
  for (const Padding padding : {Padding::Same, Padding::Valid}) {
    expectTransposed({.op = OpKind::Convolution2dTransposeBias, .padding = padding});
    expectTransposed({.op = OpKind::Convolution2dTransposeBias,
                      .inC = 9,
                      .outC = 16,
                      .filterH = 2,
                      .filterW = 2,
                      .padding = padding});
  }
}

std::vector<Setting> settings(bool floats, bool codes) {
  std::vector<Setting> all;
  for (const uint32_t width : {4u, 8u, 16u}) {
    for (const Way way : {Way::Plain, Way::Tiles, Way::Products}) {
      if (floats) all.push_back({DataType::Float32, Precision::Exact, width, way});
      if (floats) all.push_back({DataType::Float32, Precision::Relaxed, width, way});
      if (codes) all.push_back({DataType::Int8, Precision::Exact, width, way});
      if (codes) all.push_back({DataType::UInt8, Precision::Exact, width, way});
    }
  }
  return all;
}
INSTANTIATE_TEST_SUITE_P(Host, HotLayers, testing::ValuesIn(settings(true, true)), settingName);
INSTANTIATE_TEST_SUITE_P(Host, HotCodeLayers, testing::ValuesIn(settings(false, true)), settingName);
INSTANTIATE_TEST_SUITE_P(Host, HotFloatLayers, testing::ValuesIn(settings(true, false)), settingName);

}  // namespace
}  // namespace trireme::gpu
