#include <gtest/gtest.h>

#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/unit/delegates/gpu/hot_run.h"

namespace trireme::gpu {
namespace {

using cpu::LayerCase;
using cpu::LayerGraph;

struct Setting {
  DataType dtype = DataType::Int8;
  uint32_t width = 4;
  bool dots = false;
};
std::string settingName(const testing::TestParamInfo<Setting>& info) {
  return std::string(dataTypeName(info.param.dtype)) + "x" + std::to_string(info.param.width) +
         (info.param.dots ? "dots" : "");
}

// A convolution of one pixel a weight, or a depthwise one, and perhaps an ADD behind it.
struct CodesCase {
  float imageScale = 0.5f, filterScale = 0.5f, resultScale = 4;
  bool depthwise = false;
  // Of the ADD: scales of the other operand and of the result; 0: none.
  float otherScale = 0, sumScale = 1;
  bool otherFirst = false;
  Activation activation = Activation::None, sumActivation = Activation::None;
};

class HotCodes : public testing::TestWithParam<Setting> {
 protected:
  static constexpr int64_t kChannels = 19;

  TensorType typeOf(std::initializer_list<int64_t> dims, float scale, int32_t zero) const {
    return support::quantized(GetParam().dtype, dims, scale, GetParam().dtype == DataType::UInt8 ? 128 + zero : zero);
  }
  Graph graphOf(const CodesCase& c) {
    graph::Builder builder;
    const ValueId image = builder.addInput("image", typeOf({1, 9, 13, kChannels}, c.imageScale, 3));
    const TensorType filterType = c.depthwise ? typeOf({1, 3, 3, kChannels}, c.filterScale, 0)
                                              : typeOf({kChannels, 1, 1, kChannels}, c.filterScale, 0);
    Node conv;
    conv.op = c.depthwise ? OpKind::DepthwiseConv2d : OpKind::Conv2d;
    if (c.depthwise) {
      conv.params = DepthwiseConv2dParams{.padding = Padding::Same, .activation = c.activation};
    } else {
      conv.params = Conv2dParams{.padding = Padding::Same, .activation = c.activation};
    }
    conv.inputs = {image, builder.addConstant("filter", filterType, random_.bytes(filterType)), kNoValue};
    conv.outputs = {builder.addInner("result", typeOf({1, 9, 13, kChannels}, c.resultScale, -7))};
    ValueId last = conv.outputs[0];
    const ValueId other =
        c.otherScale > 0 ? builder.addInput("other", typeOf({1, 9, 13, kChannels}, c.otherScale, 11)) : kNoValue;
    builder.addNode(conv);
    if (c.otherScale > 0) {
      Node add;
      add.op = OpKind::Add;
      add.params = AddParams{.activation = c.sumActivation};
      add.inputs = c.otherFirst ? std::vector{other, last} : std::vector{last, other};
      add.outputs = {builder.addInner("sum", typeOf({1, 9, 13, kChannels}, c.sumScale, 5))};
      last = add.outputs[0];
      builder.addNode(add);
    }
    builder.setOutputs({last});
    auto graph = std::move(builder).build();
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return std::move(graph).value();
  }
  void expectRight(const CodesCase& c) {
    SCOPED_TRACE(testing::Message() << "scales " << c.imageScale << " * " << c.filterScale << " to " << c.resultScale
                                    << ", plus " << c.otherScale << " to " << c.sumScale);
    expectLikeReference(graphOf(c), *device_, Precision::Exact, 1);
  }
  size_t callsOf(const Graph& graph) {
    return runOnGpu(graph, *device_, Precision::Exact, cpu::randomInputs(graph, 7)).list.calls.size();
  }
  support::Random random_{31};
  std::unique_ptr<GpuDevice> device_ =
      GetParam().dots ? host::makeHostGpu(host::productLimits(GetParam().width)) : host::makeHostGpu(GetParam().width);
};

// Powers of two: up to every second sum is a tie.
TEST_P(HotCodes, SumsAtTiesAreRoundedLikeIntegers) {
  for (const bool depthwise : {false, true}) {
    for (const float scale : {0.0625f, 0.125f, 0.25f, 0.5f, 1.0f, 2.0f, 8.0f, 64.0f, 1024.0f}) {
      expectRight({.resultScale = scale, .depthwise = depthwise});
      if (HasFatalFailure()) return;
    }
  }
}

// The two roundings of large multipliers move ties by a part of a code that can be seen.
TEST_P(HotCodes, MultipliersOfEverySizeRoundTwiceLikeIntegers) {
  for (int round = 0; round < 60; ++round) {
    const float scale = std::exp(random_.real(-2, 8));
    expectRight({.resultScale = scale, .depthwise = round % 2 == 1, .activation = Activation::Relu});
    if (HasFatalFailure()) return;
  }
}

TEST_P(HotCodes, AQuantisedSumJoinsTheConvolutionInBothOrders) {
  for (const bool otherFirst : {false, true}) {
    for (const Activation activation : {Activation::None, Activation::Relu6}) {
      for (int round = 0; round < 12; ++round) {
        CodesCase c{.resultScale = 8 * std::exp(random_.real(-2, 2)), .otherFirst = otherFirst};
        c.activation = round % 2 == 0 ? Activation::None : Activation::Relu;
        c.otherScale = c.resultScale * std::exp(random_.real(-3, 3));
        c.sumScale = std::max(c.resultScale, c.otherScale) * std::exp(random_.real(-1, 2));
        c.sumActivation = activation;
        expectRight(c);
        if (HasFatalFailure()) return;
        EXPECT_EQ(callsOf(graphOf(c)), 1u);
      }
    }
  }
}

// Equal scales make every sum of two codes a whole one or a tie.
TEST_P(HotCodes, AQuantisedSumAtTiesIsThatOfTheIntegers) {
  for (const float sumScale : {0.5f, 1.0f, 2.0f, 4.0f, 64.0f}) {
    expectRight({.resultScale = 2, .otherScale = 2, .sumScale = sumScale});
    expectRight({.resultScale = 2, .otherScale = 1, .sumScale = sumScale});
    if (HasFatalFailure()) return;
  }
}

// Beyond what floats tell apart the integers do all of it.
TEST_P(HotCodes, AQuantisedSumOfFarScalesIsThatOfTheIntegers) {
  expectRight({.resultScale = 2000, .otherScale = 1, .sumScale = 1});
  expectRight({.resultScale = 0.1f, .otherScale = 1000, .sumScale = 1});
  expectRight({.resultScale = 0.125f, .otherScale = 3, .sumScale = 4});
}

TEST_P(HotCodes, AQuantisedSumBehindADepthwiseConvolutionStaysANode) {
  const CodesCase c{.depthwise = true, .otherScale = 3, .sumScale = 5};
  expectRight(c);
  EXPECT_EQ(callsOf(graphOf(c)), 2u);
}

// As first layers are: few channels, and so large that edges are few.
TEST_P(HotCodes, LargeImagesOfFewChannelsAreReadAroundTheirEdges) {
  struct Size {
    int64_t size, channels;
    int32_t stride;
    int64_t batches;
  };
  for (const DataType dtype : {DataType::Float32, GetParam().dtype}) {
    for (const Size& s : {Size{112, 3, 2, 1}, Size{225, 3, 2, 1}, Size{128, 1, 2, 2}, Size{128, 3, 1, 1}}) {
      LayerCase c{.batches = s.batches, .inH = s.size, .inW = s.size, .inC = s.channels, .outC = 9, .stride = s.stride};
      c.dtype = dtype;
      const Graph graph = LayerGraph::build(c);
      expectLikeReference(graph, *device_, Precision::Exact, 27);
      if (HasFatalFailure()) return;
      if (!device_->limits().cores || s.stride == 1) continue;
      const HotRun run = runOnGpu(graph, *device_, Precision::Exact, cpu::randomInputs(graph, 7));
      ASSERT_FALSE(run.list.dispatches.empty());
      EXPECT_EQ(run.list.dispatches[0].kernel.program, Program::ConvGemm) << print(run.list);
    }
  }
}

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const uint32_t width : {4u, 8u, 16u}) {
    for (const bool dots : {false, true}) {
      all.push_back({DataType::Int8, width, dots});
      all.push_back({DataType::UInt8, width, dots});
    }
  }
  return all;
}
INSTANTIATE_TEST_SUITE_P(Host, HotCodes, testing::ValuesIn(settings()), settingName);

}  // namespace
}  // namespace trireme::gpu
