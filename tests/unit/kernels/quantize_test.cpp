#include <gtest/gtest.h>

#include <cmath>

#include "one_op.h"

namespace trireme::test {
namespace {

template <class T>
OneOp convert(OpKind op, TensorType from, std::vector<T> values, TensorType to) {
  return {op, NoParams{}, {operand(std::move(from), values)}, {std::move(to)}};
}

TEST(Quantize, RoundsHalvesAwayFromZero) {
  const auto one = convert<float>(OpKind::Quantize, tensorType(DataType::Float32, {6}),
                                  {0.5f, -0.5f, 1.5f, 2.5f, 1e9f, -1e9f}, tensorType(DataType::Int8, {6}, 1.0f, 3));
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{4, 2, 5, 6, 127, -128}));
}

TEST(Quantize, SaturatesWhatNoIntegerHolds) {
  const auto one = convert<float>(OpKind::Quantize, tensorType(DataType::Float32, {4}),
                                  {INFINITY, -INFINITY, 1e30f, NAN}, tensorType(DataType::UInt8, {4}, 0.5f, 100));
  EXPECT_EQ(runOneAs<uint8_t>(one), (std::vector<uint8_t>{255, 0, 255, 100}));
}

TEST(Quantize, UsesTheScaleOfEachChannel) {
  const auto one = convert<float>(OpKind::Quantize, tensorType(DataType::Float32, {2, 2}), {1, 1, 2, 2},
                                  channelType(DataType::Int8, {2, 2}, {1, 0.5f}, 1));
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{1, 2, 2, 4}));
}

TEST(Quantize, MovesBetweenIntegers) {
  const auto one = convert<uint8_t>(OpKind::Quantize, tensorType(DataType::UInt8, {3}, 0.5f, 128), {0, 128, 255},
                                    tensorType(DataType::Int8, {3}, 0.5f, 0));
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{-128, 0, 127}));
  const auto wide = convert<int32_t>(OpKind::Quantize, tensorType(DataType::Int32, {3}, 0.001f, 0),
                                     {100000, -100001, 5}, tensorType(DataType::Int16, {3}, 0.002f, 0));
  EXPECT_EQ(runOneAs<int16_t>(wide), (std::vector<int16_t>{32767, -32768, 3}));
}

TEST(Quantize, RefusesPairsThatTfliteLacks) {
  const auto one = convert<int8_t>(OpKind::Quantize, tensorType(DataType::Int8, {1}, 1, 0), {1},
                                   tensorType(DataType::Int32, {1}, 1, 0));
  const Support support = supportsOne(one);
  ASSERT_FALSE(support.ok());
  EXPECT_EQ(support.reasons()[0].code, ReasonCode::DataType);
  const auto zero = convert<int16_t>(OpKind::Quantize, tensorType(DataType::Int16, {1}, 1, 4), {1},
                                     tensorType(DataType::Int16, {1}, 1, 0));
  EXPECT_NE(refusalOf(zero).find("zero points must be 0"), std::string::npos) << refusalOf(zero);
}

TEST(Dequantize, GivesRealValues) {
  const auto one = convert<int8_t>(OpKind::Dequantize, tensorType(DataType::Int8, {2}, 0.5f, 3), {-128, 5},
                                   tensorType(DataType::Float32, {2}));
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{-65.5f, 1}));
  const auto half = convert<uint16_t>(OpKind::Dequantize, tensorType(DataType::Float16, {2}), {0x3C00, 0xC000},
                                      tensorType(DataType::Float32, {2}));
  EXPECT_EQ(runOneAs<float>(half), (std::vector<float>{1, -2}));
}

TEST(Dequantize, UsesTheScaleOfEachChannel) {
  const auto one = convert<int8_t>(OpKind::Dequantize, channelType(DataType::Int8, {2, 2}, {1, 0.5f}, 0), {1, 2, 3, 4},
                                   tensorType(DataType::Float32, {2, 2}));
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{1, 2, 1.5f, 2}));
}

TEST(Dequantize, UnpacksInt4) {
  OneOp one = convert<uint8_t>(OpKind::Dequantize, tensorType(DataType::Int4, {3}, 0.5f, 0), {0x8F, 0x07},
                               tensorType(DataType::Float32, {3}));
  EXPECT_EQ(runOneAs<float>(one), (std::vector<float>{-0.5f, -4, 3.5f}));
}

TEST(Cast, CutsTowardsZeroAndSaturates) {
  const auto one = convert<float>(OpKind::Cast, tensorType(DataType::Float32, {5}), {1.9f, -1.9f, 300, -300, NAN},
                                  tensorType(DataType::Int8, {5}));
  EXPECT_EQ(runOneAs<int8_t>(one), (std::vector<int8_t>{1, -1, 127, -128, 127}));
  const auto wide = convert<float>(OpKind::Cast, tensorType(DataType::Float32, {2}), {9.3e18f, -9.3e18f},
                                   tensorType(DataType::Int64, {2}));
  EXPECT_EQ(runOneAs<int64_t>(wide), (std::vector<int64_t>{INT64_MAX, INT64_MIN}));
}

TEST(Cast, WrapsIntegersAndReadsTruth) {
  const auto one =
      convert<int32_t>(OpKind::Cast, tensorType(DataType::Int32, {2}), {300, -1}, tensorType(DataType::UInt8, {2}));
  EXPECT_EQ(runOneAs<uint8_t>(one), (std::vector<uint8_t>{44, 255}));
  const auto truth = convert<float>(OpKind::Cast, tensorType(DataType::Float32, {3}), {0, 0.25f, NAN},
                                    tensorType(DataType::Bool, {3}));
  EXPECT_EQ(runOneAs<uint8_t>(truth), (std::vector<uint8_t>{0, 1, 1}));
  const auto back =
      convert<uint8_t>(OpKind::Cast, tensorType(DataType::Bool, {2}), {1, 0}, tensorType(DataType::Float16, {2}));
  EXPECT_EQ(runOneAs<uint16_t>(back), (std::vector<uint16_t>{0x3C00, 0}));
}

TEST(Cast, RefusesTypesWithoutKernels) {
  const Support support = supportsOne(
      convert<float>(OpKind::Cast, tensorType(DataType::Complex64, {1}), {0, 0}, tensorType(DataType::Float32, {1})));
  ASSERT_FALSE(support.ok());
  EXPECT_EQ(support.reasons()[0].code, ReasonCode::DataType);
}

}  // namespace
}  // namespace trireme::test
