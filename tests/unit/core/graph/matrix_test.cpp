// Convolutions, matrix products and pools.
#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::HasSubstr;

OneNode conv(std::vector<int64_t> input, std::vector<int64_t> filter, Conv2dParams params = {}) {
  return {OpKind::Conv2d, params, {in(std::move(input)), in(std::move(filter))}};
}
Conv2dParams conv(Padding padding, int32_t stride, int32_t dilation = 1) {
  return {padding, Activation::None, stride, stride, dilation, dilation};
}

TEST(Conv2dShapes, FollowSameAndValid) {
  EXPECT_EQ(infer(conv({1, 7, 8, 3}, {16, 3, 3, 3}, conv(Padding::Same, 2))), "1x4x4x16");
  EXPECT_EQ(infer(conv({1, 7, 8, 3}, {16, 3, 3, 3}, conv(Padding::Valid, 2))), "1x3x3x16");
  EXPECT_EQ(infer(conv({1, 9, 9, 3}, {16, 3, 3, 3}, conv(Padding::Valid, 1, 4))), "1x1x1x16");
  EXPECT_EQ(infer(conv({0, 7, 8, 3}, {16, 3, 3, 3}, conv(Padding::Same, 1))), "0x7x8x16");
}

TEST(Conv2dShapes, HandOnUnknownDimensions) {
  EXPECT_EQ(infer(conv({-1, -1, 8, 3}, {16, 3, 3, 3}, conv(Padding::Same, 1))), "?x?x8x16");
  EXPECT_EQ(infer(conv({1, 7, 8, -1}, {16, 3, 3, 3}, conv(Padding::Same, 1))), "1x7x8x16");
}

TEST(Conv2dShapes, AllowGroupsThatDivide) {
  EXPECT_EQ(infer(conv({1, 4, 4, 6}, {4, 1, 1, 3}, conv(Padding::Same, 1))), "1x4x4x4");
  EXPECT_THAT(infer(conv({1, 4, 4, 6}, {3, 1, 1, 3}, conv(Padding::Same, 1))),
              HasSubstr("3 output channels cannot be split into 2 groups"));
  EXPECT_THAT(infer(conv({1, 4, 4, 5}, {4, 1, 1, 3}, conv(Padding::Same, 1))),
              HasSubstr("the input's 5 channels are no multiple of the filter's 3"));
}

TEST(Conv2dShapes, RefuseWhatDoesNotFit) {
  EXPECT_THAT(infer(conv({1, 2, 8, 3}, {4, 3, 3, 3}, conv(Padding::Valid, 1))),
              HasSubstr("a window of 3 does not fit in the input's height of 2"));
  EXPECT_THAT(infer(conv({7, 8, 3}, {4, 3, 3, 3})),
              testing::Eq("operator 7 CONV_2D, input 0 'in0': expected rank 4, found 3"));
  EXPECT_THAT(infer(conv({1, 7, 8, 3}, {4, 3, 3, 3}, conv(Padding::Same, 0))), HasSubstr("stride 0"));
  EXPECT_THAT(infer(conv({1, 7, 8, 3}, {4, 3, 3, 3}, conv(Padding::Same, 1, -1))), HasSubstr("dilation -1"));
  EXPECT_THAT(infer(conv({1, 7, 8, 3}, {4, 3, 0, 3})), HasSubstr("the filter's width is 0"));
  EXPECT_THAT(infer(conv({1, 7, 8, 3}, {4, 3, 3, 0})), HasSubstr("no input channels"));
  OneNode biased = conv({1, 7, 8, 3}, {4, 3, 3, 3});
  biased.inputs.push_back(in({5}));
  EXPECT_THAT(infer(biased), HasSubstr("input 2 'in2': 5 biases for 4 output channels"));
}

TEST(Conv2dShapes, StayWithinTheFormat) {
  const int64_t large = INT32_MAX;
  // A window of 2^31 x 2^31 elements.
  EXPECT_THAT(infer(conv({1, large, large, 1}, {1, large, 1, 1}, conv(Padding::Valid, 1, INT32_MAX))),
              HasSubstr("does not fit"));
  EXPECT_THAT(infer(conv({large, large, 1, 1}, {large, 1, 1, 1}, conv(Padding::Same, 1))),
              HasSubstr("more than 2^62 elements"));
}

TEST(DepthwiseShapes, TakeTheFiltersChannels) {
  const auto depthwise = [](std::vector<int64_t> input, std::vector<int64_t> filter) {
    return infer({OpKind::DepthwiseConv2d, DepthwiseConv2dParams{}, {in(std::move(input)), in(std::move(filter))}});
  };
  EXPECT_EQ(depthwise({1, 4, 4, 3}, {1, 3, 3, 6}), "1x4x4x6");
  EXPECT_THAT(depthwise({1, 4, 4, 3}, {1, 3, 3, 4}), HasSubstr("no multiple of the input's 3"));
  EXPECT_THAT(depthwise({1, 4, 4, 3}, {2, 3, 3, 3}), HasSubstr("expected 1 as the first dimension, found 2"));
  EXPECT_THAT(depthwise({1, 4, 4, 0}, {1, 3, 3, 3}), HasSubstr("no multiple of the input's 0"));
}

TEST(TransposeConvShapes, AreTheOperandsValues) {
  const auto transposed = [](Operand shape, std::vector<TensorType> outputs = {typeOf({})}) {
    return infer({OpKind::TransposeConv,
                  TransposeConvParams{},
                  {std::move(shape), in({5, 3, 3, 2}), in({1, 4, 4, 2}), in({5})},
                  std::move(outputs)});
  };
  EXPECT_EQ(transposed(ints({1, 8, 8, 5})), "1x8x8x5");
  EXPECT_THAT(transposed(ints({2, 8, 8, 5})), HasSubstr("a batch of 2, the input 1"));
  EXPECT_THAT(transposed(ints({1, 8, 8, 4})), HasSubstr("4 channels, the filter 5"));
  EXPECT_THAT(transposed(ints({1, 8, 8})), HasSubstr("expected 4 dimensions, found 3"));
  EXPECT_THAT(transposed(ints({1, -8, 8, 5})), HasSubstr("dimension -8"));
  EXPECT_EQ(transposed(in({4}, DataType::Int32)), "1x?x?x5");
  EXPECT_EQ(transposed(in({4}, DataType::Int32), {typeOf({1, 9, 9, 5})}), "1x9x9x5");
}

TEST(TransposeConvBiasShapes, GrowByTheStride) {
  const auto transposed = [](Padding padding, int32_t stride, std::vector<int64_t> filter) {
    const TransposeConvParams params{padding, Activation::None, stride, stride};
    return infer({OpKind::Convolution2dTransposeBias, params, {in({1, 128, 128, 16}), in(filter), in({filter[0]})}});
  };
  EXPECT_EQ(transposed(Padding::Same, 2, {1, 2, 2, 16}), "1x256x256x1");
  EXPECT_EQ(transposed(Padding::Valid, 2, {1, 3, 3, 16}), "1x257x257x1");
  EXPECT_EQ(transposed(Padding::Same, 3, {1, 2, 2, 16}), "1x383x383x1");
}

TEST(FullyConnectedShapes, FlattenUnlessDimsAreKept) {
  const auto dense = [](std::vector<int64_t> input, bool keep) {
    FullyConnectedParams params;
    params.keepNumDims = keep;
    return infer({OpKind::FullyConnected, params, {in(std::move(input)), in({10, 6}), absent()}});
  };
  EXPECT_EQ(dense({4, 6}, false), "4x10");
  EXPECT_EQ(dense({2, 2, 3}, false), "2x10");
  EXPECT_EQ(dense({2, 5, 6}, true), "2x5x10");
  EXPECT_EQ(dense({-1, 6}, false), "?x10");
  EXPECT_EQ(dense({-1, 6}, true), "?x10");
  EXPECT_EQ(dense({-1, 3, 2}, false), "?x10");
  EXPECT_THAT(dense({2, 5}, false), HasSubstr("the input's 10 elements cannot be cut into rows of 6"));
  EXPECT_THAT(dense({2, 5, 3}, true), HasSubstr("the input's rows have 3 elements, the filter's 6"));
}

TEST(FullyConnectedShapes, CheckTheBias) {
  EXPECT_THAT(infer({OpKind::FullyConnected, FullyConnectedParams{}, {in({4, 6}), in({10, 6}), in({9})}}),
              HasSubstr("9 biases for 10 units"));
}

TEST(BatchMatmulShapes, BroadcastBatchesOfAnyRank) {
  const auto product = [](std::vector<int64_t> x, std::vector<int64_t> y, bool adjointX, bool adjointY) {
    return infer(
        {OpKind::BatchMatmul, BatchMatmulParams{adjointX, adjointY, false}, {in(std::move(x)), in(std::move(y))}});
  };
  EXPECT_EQ(product({2, 3, 4}, {4, 5}, false, false), "2x3x5");
  EXPECT_EQ(product({1, 2, 4, 3}, {6, 1, 4, 5}, true, false), "6x2x3x5");
  EXPECT_EQ(product({3, 4}, {5, 4}, false, true), "3x5");
  EXPECT_THAT(product({3, 4}, {5, 4}, false, false), HasSubstr("rows of 4 elements meet columns of 5"));
  EXPECT_THAT(product({2, 3, 4}, {3, 4, 5}, false, false), HasSubstr("do not meet"));
}

TEST(PoolShapes, FollowTheWindow) {
  const auto pool = [](Padding padding, int32_t filter) {
    return infer(
        {OpKind::MaxPool2d, Pool2dParams{padding, Activation::None, 2, 2, filter, filter}, {in({1, 5, 6, 3})}});
  };
  EXPECT_EQ(pool(Padding::Same, 2), "1x3x3x3");
  EXPECT_EQ(pool(Padding::Valid, 2), "1x2x3x3");
  EXPECT_THAT(pool(Padding::Valid, 6), HasSubstr("does not fit"));
  EXPECT_THAT(pool(Padding::Same, 0), HasSubstr("the filter's height is 0"));
  EXPECT_THAT(pool(Padding::Same, -1), HasSubstr("the filter's height is 0"));
}

}  // namespace
}  // namespace trireme::graph
