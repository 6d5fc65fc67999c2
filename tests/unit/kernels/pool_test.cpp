#include <gtest/gtest.h>

#include "one_op.h"

namespace trireme::test {
namespace {

template <class T>
OneOp pool(OpKind op, DataType dtype, std::vector<T> image, std::vector<int64_t> dims, std::vector<int64_t> out,
           Pool2dParams params, float scale = 0, int32_t zero = 0) {
  return {op,
          params,
          {operand(tensorType(dtype, std::move(dims), scale, zero), image)},
          {tensorType(dtype, std::move(out), scale, zero)}};
}
Pool2dParams window(Padding padding, int32_t size, int32_t stride) {
  Pool2dParams params;
  params.padding = padding;
  params.filterH = 1;
  params.filterW = size;
  params.strideH = 1;
  params.strideW = stride;
  return params;
}

TEST(AveragePool2d, CountsOnlyPositionsInside) {
  const auto one = pool<float>(OpKind::AveragePool2d, DataType::Float32, {1, 2, 6}, {1, 1, 3, 1}, {1, 1, 2, 1},
                               window(Padding::Same, 2, 2));
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1.5f, 6}));
}

TEST(AveragePool2d, RoundsHalvesAwayFromZero) {
  const auto one = pool<int8_t>(OpKind::AveragePool2d, DataType::Int8, {1, 2, -1, -2}, {1, 1, 4, 1}, {1, 1, 2, 1},
                                window(Padding::Valid, 2, 2), 0.5f, 3);
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{2, -2}));
}

TEST(AveragePool2d, NeedsTheSameQuantisation) {
  auto one = pool<int8_t>(OpKind::AveragePool2d, DataType::Int8, {1, 2}, {1, 1, 2, 1}, {1, 1, 1, 1},
                          window(Padding::Valid, 2, 2), 0.5f, 3);
  one.outputs[0].quantization.scales = {0.25f};
  EXPECT_NE(refusalOf(one).find("same scale"), std::string::npos) << refusalOf(one);
}

TEST(MaxPool2d, TakesTheLargestAndClamps) {
  auto params = window(Padding::Same, 2, 1);
  params.activation = Activation::Relu;
  const auto one = pool<float>(OpKind::MaxPool2d, DataType::Float32, {-5, -3, 4}, {1, 1, 3, 1}, {1, 1, 3, 1}, params);
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{0, 4, 4}));
}

TEST(MaxPool2d, KeepsChannelsApart) {
  const auto one = pool<uint8_t>(OpKind::MaxPool2d, DataType::UInt8, {1, 20, 3, 4}, {1, 1, 2, 2}, {1, 1, 1, 2},
                                 window(Padding::Valid, 2, 2), 0.5f, 3);
  EXPECT_EQ(runOneAs<uint8_t>(one), (std::vector<uint8_t>{3, 20}));
}

}  // namespace
}  // namespace trireme::test
