#include <gtest/gtest.h>

#include <cstdlib>

#include "one_op.h"

namespace trireme::test {
namespace {

constexpr auto kFloat = DataType::Float32;

OneOp builtin(std::vector<float> image, std::vector<int64_t> imageDims, std::vector<float> filter,
              std::vector<int64_t> filterDims, std::vector<int32_t> out, TransposeConvParams params) {
  const std::vector<int64_t> outDims(out.begin(), out.end());
  return {OpKind::TransposeConv,
          params,
          {operand(tensorType(DataType::Int32, {4}), out, true),
           operand(tensorType(kFloat, std::move(filterDims)), filter, true),
           operand(tensorType(kFloat, std::move(imageDims)), image)},
          {tensorType(kFloat, outDims)}};
}

TEST(TransposeConv, SpreadsEachPixelOverTheFilter) {
  TransposeConvParams params;
  params.padding = Padding::Valid;
  params.strideH = params.strideW = 2;
  const auto one = builtin({1, 2}, {1, 1, 2, 1}, {1, 10, 100}, {1, 1, 3, 1}, {1, 1, 5, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1, 10, 102, 20, 200}));
}

TEST(TransposeConv, CutsSamePadding) {
  TransposeConvParams params;
  params.strideH = params.strideW = 2;
  // Padding of an output of 4 under a filter of 3 and stride 2: one position, all of it at the end.
  const auto one = builtin({1, 2}, {1, 1, 2, 1}, {1, 10, 100}, {1, 1, 3, 1}, {1, 2, 4, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1, 10, 102, 20, 0, 0, 0, 0}));
}

TEST(TransposeConv, AddsTheOptionalBiasAndClamps) {
  TransposeConvParams params;
  params.padding = Padding::Valid;
  params.activation = Activation::Relu6;
  auto one = builtin({1, -2, 9}, {1, 1, 3, 1}, {1}, {1, 1, 1, 1}, {1, 1, 3, 1}, params);
  one.inputs.push_back(operand(tensorType(kFloat, {1}), std::vector<float>{1}, true));
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{2, 0, 6}));
}

TEST(TransposeConv, SumsInt16AsWideAsTheOptionsSay) {
  for (const auto& [stated, expected] :
       {std::pair(DataType::Float32, 32767), std::pair(DataType::Int64, 32767), std::pair(DataType::Int32, -27437)}) {
    TransposeConvParams params;
    params.quantizedBiasType = stated;
    const OneOp one{OpKind::TransposeConv,
                    params,
                    {operand(tensorType(DataType::Int32, {4}), std::vector<int32_t>{1, 1, 1, 1}, true),
                     operand(tensorType(DataType::Int8, {1, 1, 1, 600}, 1.0f, 0), std::vector<int8_t>(600, 127), true),
                     operand(tensorType(DataType::Int16, {1, 1, 1, 600}, 1.0f, 0), std::vector<int16_t>(600, 32767))},
                    {tensorType(DataType::Int16, {1, 1, 1, 1}, 65536, 0)}};
    EXPECT_EQ(runOneAs<int16_t>(one), std::vector<int16_t>{int16_t(expected)}) << dataTypeName(stated);
  }
}

TEST(TransposeConv, RefusesAnotherOutputShape) {
  auto one = builtin({1, 2}, {1, 1, 2, 1}, {1, 10, 100}, {1, 1, 3, 1}, {1, 1, 5, 1}, {});
  one.outputs[0] = tensorType(kFloat, {1, 1, 6, 1});
  EXPECT_NE(refusalOf(one).find("1x1x5x1"), std::string::npos) << refusalOf(one);
}

OneOp mediaPipe(std::vector<float> image, std::vector<int64_t> imageDims, std::vector<float> filter,
                std::vector<int64_t> filterDims, std::vector<int64_t> outDims, TransposeConvParams params) {
  return {OpKind::Convolution2dTransposeBias,
          params,
          {operand(tensorType(kFloat, std::move(imageDims)), image),
           operand(tensorType(kFloat, std::move(filterDims)), filter, true),
           operand(tensorType(kFloat, {1}), std::vector<float>{1000}, true)},
          {tensorType(kFloat, std::move(outDims))}};
}

TEST(Convolution2DTransposeBias, DoublesAnImageWhoseFilterIsItsStride) {
  TransposeConvParams params;
  params.strideH = params.strideW = 2;
  const auto one = mediaPipe({1, 2, 3, 4}, {1, 2, 2, 1}, {1, 10, 100, 200}, {1, 2, 2, 1}, {1, 4, 4, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1001, 1010, 1002, 1020, 1100, 1200, 1200, 1400,  //
                                                      1003, 1030, 1004, 1040, 1300, 1600, 1400, 1800}));
}

TEST(Convolution2DTransposeBias, CutsHalfOfTheSurplusAtTheFront) {
  TransposeConvParams params;
  // Stride 1 and a filter of 3: the surplus is 2, one at each end.
  const auto one = mediaPipe({1, 2}, {1, 1, 2, 1}, {1, 10, 100}, {1, 1, 3, 1}, {1, 1, 2, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1012, 1120}));
}

TEST(Convolution2DTransposeBias, RefusesAnotherOutputShape) {
  const auto one = mediaPipe({1, 2}, {1, 1, 2, 1}, {1, 10, 100}, {1, 1, 3, 1}, {1, 1, 4, 1}, {});
  EXPECT_NE(refusalOf(one).find("1x1x2x1"), std::string::npos) << refusalOf(one);
}

}  // namespace
}  // namespace trireme::test
