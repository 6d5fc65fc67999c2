#include "tests/unit/delegates/cpu/layers.h"

#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

// Every layer runs in each element type, on each instruction set that the machine has, on two threads.
class FastLayers : public testing::TestWithParam<std::tuple<DataType, CpuIsa>> {
 protected:
  void SetUp() override {
    const CpuIsa isa = std::get<1>(GetParam());
    if (!covers(detectIsa(), isa)) GTEST_SKIP() << "this machine's CPU has no " << isaName(isa);
    delegate_ = cpuWith(2, isa);
  }
  void expectRight(LayerCase c, std::string_view kernel) {
    c.dtype = std::get<0>(GetParam());
    const Graph graph = LayerGraph::build(c);
    SCOPED_TRACE(graph.value(graph.outputs()[0]).type.shape.text());
    const PartitionRun run(graph, delegate_);
    EXPECT_TRUE(run.compiled().calls()[0].kernel.starts_with(kernel)) << run.compiled().calls()[0].kernel;
    expectLikeReference(graph, delegate_);
  }

 private:
  std::shared_ptr<Delegate> delegate_;
};

TEST_P(FastLayers, ConvolutionsOfEveryGeometry) {
  expectRight({}, "gemm_");
  expectRight({.batches = 2, .inC = 16, .outC = 33}, "gemm_");
  expectRight({.inC = 8, .outC = 40, .filterH = 1, .filterW = 1}, "gemm_");
  expectRight({.inC = 8, .outC = 10, .filterH = 1, .filterW = 1, .stride = 2}, "gemm_");
  expectRight({.inH = 15, .inW = 14, .inC = 3, .outC = 32, .stride = 2}, "gemm_");
  expectRight({.inC = 4, .dilation = 2, .padding = Padding::Valid}, "gemm_");
  expectRight({.inC = 12, .outC = 18, .groups = 3}, "gemm_");
  expectRight({.inC = 12, .outC = 24, .filterH = 1, .filterW = 1, .groups = 4}, "gemm_");
  expectRight({.inC = 2, .outC = 130, .filterH = 5, .filterW = 2, .padding = Padding::Valid}, "gemm_");
  expectRight({.inH = 20, .inW = 20, .inC = 32, .outC = 20}, "gemm_");
}

TEST_P(FastLayers, ConvolutionsWithRowsAPowerOfTwoApart) {
  expectRight({.inH = 4, .inW = 5, .inC = 512, .outC = 40, .filterH = 1, .filterW = 1}, "gemm_");
}

TEST_P(FastLayers, EveryClampAndNoBias) {
  for (const Activation activation : {Activation::None, Activation::Relu, Activation::Relu6, Activation::ReluN1To1}) {
    for (const OpKind op : {OpKind::Conv2d, OpKind::DepthwiseConv2d, OpKind::FullyConnected}) {
      expectRight({.op = op, .inC = 7, .activation = activation, .hasBias = activation != Activation::Relu},
                  op == OpKind::DepthwiseConv2d ? "depthwise_" : "gemm_");
    }
  }
}

TEST_P(FastLayers, DepthwiseOfEveryGeometry) {
  const OpKind op = OpKind::DepthwiseConv2d;
  for (const int64_t channels : {1, 7, 16, 33, 72}) {
    expectRight({.op = op, .batches = 2, .inC = channels, .outC = channels}, "");
    expectRight({.op = op, .inC = channels, .outC = channels, .filterH = 5, .filterW = 5, .stride = 2}, "");
    expectRight({.op = op, .inC = channels, .outC = channels, .dilation = 2, .padding = Padding::Valid}, "");
  }
  expectRight({.op = op, .inC = 1, .outC = 12}, "gemm_");      // one channel, many outputs: a convolution
  expectRight({.op = op, .inC = 3, .outC = 12}, "reference");  // several of both
}

TEST_P(FastLayers, OneScaleForAllChannels) {
  expectRight({.outC = 40, .hasOneScale = true}, "gemm_");
  expectRight({.inC = 12, .outC = 18, .groups = 3, .hasOneScale = true}, "gemm_");
  expectRight({.op = OpKind::DepthwiseConv2d, .inC = 40, .outC = 40, .hasOneScale = true}, "depthwise_");
  expectRight({.op = OpKind::DepthwiseConv2d, .inC = 1, .outC = 40, .hasOneScale = true}, "gemm_");
  expectRight({.op = OpKind::FullyConnected, .inC = 40, .outC = 40, .hasOneScale = true}, "gemm_");
}

TEST_P(FastLayers, FullyConnectedOfOneAndManyRows) {
  const OpKind op = OpKind::FullyConnected;
  for (const int64_t rows : {1, 2, 15, 60}) {
    expectRight({.op = op, .batches = rows, .inC = 63, .outC = 10}, "gemm_");
    expectRight({.op = op, .batches = rows, .inC = 512, .outC = 300}, "gemm_");
  }
}

INSTANTIATE_TEST_SUITE_P(CpuDelegate, FastLayers,
                         testing::Combine(testing::Values(DataType::Float32, DataType::Int8, DataType::UInt8),
                                          testing::Values(CpuIsa::Scalar, CpuIsa::Avx2, CpuIsa::Avx512, CpuIsa::Vnni)),
                         [](const testing::TestParamInfo<std::tuple<DataType, CpuIsa>>& test) {
                           return std::string(dataTypeName(std::get<0>(test.param))) + "_" +
                                  std::string(isaName(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace trireme::cpu
