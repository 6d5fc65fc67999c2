#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

TEST(BinaryKernel, AddsFloatsOfOneShape) {
  OneNode node(OpKind::Add, AddParams{});
  node.input<float>({3}, {1, 2, 3}).input<float>({3}, {10, 20, 30}).output(Float32, {3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{11, 22, 33}));
}

TEST(BinaryKernel, BroadcastsBothInputsToAHigherRank) {
  OneNode node(OpKind::Sub, AddParams{});
  node.input<int32_t>({2, 1, 3}, {1, 2, 3, 4, 5, 6}).input<int32_t>({2, 1}, {10, 20}).output(Int32, {2, 2, 3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{-9, -8, -7, -19, -18, -17, -6, -5, -4, -16, -15, -14}));
}

TEST(BinaryKernel, BroadcastsToRankEight) {
  OneNode node(OpKind::Mul, ActivationParams{});
  node.input<float>({1, 1, 2, 1, 1, 1, 1, 2}, {1, 2, 3, 4})
      .input<float>({2, 1, 1, 1, 1, 1, 1, 1}, {1, 10})
      .output(Float32, {2, 1, 2, 1, 1, 1, 1, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{1, 2, 3, 4, 10, 20, 30, 40}));
}

TEST(BinaryKernel, ClampsToTheFusedActivation) {
  OneNode node(OpKind::Add, AddParams{Activation::Relu6, true});
  node.input<float>({4}, {-5, 1, 5, 7}).input<float>({}, {1}).output(Float32, {4});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{0, 2, 6, 6}));
}

TEST(BinaryKernel, ClampsIntegersToTheFusedActivation) {
  OneNode node(OpKind::Mul, ActivationParams{Activation::ReluN1To1});
  node.input<int64_t>({3}, {-4, 0, 9}).input<int64_t>({3}, {2, 2, 2}).output(Int64, {3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int64_t>(), (std::vector<int64_t>{-1, 0, 1}));
}

TEST(BinaryKernel, RefusesAnActivationThatIsNoClamp) {
  OneNode node(OpKind::Add, AddParams{Activation::Tanh, true});
  node.input<float>({1}, {1}).input<float>({1}, {1}).output(Float32, {1});
  EXPECT_NE(node.reasons().find("activation"), std::string::npos);
}

TEST(BinaryKernel, WrapsIntegersAround) {
  OneNode node(OpKind::SquaredDifference);
  node.input<int32_t>({2}, {INT32_MIN, 7}).input<int32_t>({2}, {1, 4}).output(Int32, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{1, 9}));
}

TEST(BinaryKernel, DividesTheSmallestIntegerByMinusOneWithoutATrap) {
  for (const OpKind op : {OpKind::Div, OpKind::FloorDiv}) {
    OneNode node(op, op == OpKind::Div ? OpParams(ActivationParams{}) : OpParams(NoParams{}));
    node.input<int32_t>({2}, {INT32_MIN, -7}).input<int32_t>({1}, {-1}).output(Int32, {2});
    ASSERT_TRUE(node.run().ok());
    EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{INT32_MIN, 7}));
  }
}

TEST(BinaryKernel, FloorDivRoundsDownAndDivTowardsZero) {
  OneNode floor(OpKind::FloorDiv);
  floor.input<int32_t>({4}, {7, -7, 7, -7}).input<int32_t>({4}, {2, 2, -2, -2}).output(Int32, {4});
  ASSERT_TRUE(floor.run().ok());
  EXPECT_EQ(floor.out<int32_t>(), (std::vector<int32_t>{3, -4, -4, 3}));
  OneNode div(OpKind::Div, ActivationParams{});
  div.input<int32_t>({4}, {7, -7, 7, -7}).input<int32_t>({4}, {2, 2, -2, -2}).output(Int32, {4});
  ASSERT_TRUE(div.run().ok());
  EXPECT_EQ(div.out<int32_t>(), (std::vector<int32_t>{3, -3, -3, 3}));
}

TEST(BinaryKernel, RefusesAZeroDivisorWithItsPosition) {
  OneNode node(OpKind::Div, ActivationParams{});
  node.input<int32_t>({3}, {1, 2, 3}).input<int32_t>({3}, {1, 0, 2}).output(Int32, {3});
  const Status status = node.run();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_NE(status.message().find("divisor 1"), std::string::npos) << status.message();
}

TEST(BinaryKernel, QuantizedDivTakesTheZeroPointForZero) {
  OneNode node(OpKind::Div, ActivationParams{});
  node.input<uint8_t>({1}, {9}, scaled(1)).input<uint8_t>({1}, {128}, scaled(1, 128)).output(UInt8, {1}, scaled(1));
  EXPECT_EQ(node.run().code(), Code::InvalidArgument);
}

TEST(BinaryKernel, DividesCodes) {
  OneNode node(OpKind::Div, ActivationParams{});
  node.input<int8_t>({4}, {100, -100, 0, 7}, scaled(1))
      .input<int8_t>({4}, {10, 10, 3, 2}, scaled(1))
      .output(Int8, {4}, scaled(0.5f, 3));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{23, -17, 3, 10}));
}

TEST(BinaryKernel, AddsCodesOfThreeScales) {
  // 0.5 (q - 1) + 0.25 (q + 2), in steps of 1 with zero point 5.
  OneNode node(OpKind::Add, AddParams{});
  node.input<int8_t>({4}, {11, 1, -128, 127}, scaled(0.5f, 1))
      .input<int8_t>({4}, {2, -2, -128, 127}, scaled(0.25f, -2))
      .output(Int8, {4}, scaled(1, 5));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{11, 5, -91, 100}));
}

TEST(BinaryKernel, SaturatesCodes) {
  OneNode node(OpKind::Mul, ActivationParams{});
  node.input<uint8_t>({3}, {0, 128, 255}, scaled(1, 128))
      .input<uint8_t>({3}, {255, 255, 255}, scaled(1, 128))
      .output(UInt8, {3}, scaled(1, 128));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<uint8_t>(), (std::vector<uint8_t>{0, 128, 255}));
}

TEST(BinaryKernel, AddsInt16OfPowerOfTwoScalesWithOneShift) {
  OneNode node(OpKind::Add, AddParams{Activation::None, true});
  node.input<int16_t>({3}, {5, -5, 32767}, scaled(0.25f))
      .input<int16_t>({3}, {10, 10, 32767}, scaled(0.5f))
      .output(Int16, {3}, scaled(0.5f));
  ASSERT_TRUE(node.run().ok());
  // 5 / 2 rounds away from zero: 3, and -5 / 2 gives -3.
  EXPECT_EQ(node.out<int16_t>(), (std::vector<int16_t>{13, 7, 32767}));
}

TEST(BinaryKernel, AddsInt16WithoutAScaleAsNumbers) {
  OneNode node(OpKind::Add, AddParams{});
  node.input<int16_t>({2}, {32767, 4}).input<int16_t>({2}, {1, 5}).output(Int16, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int16_t>(), (std::vector<int16_t>{-32768, 9}));
}

TEST(BinaryKernel, RefusesAnOutputMultiplierOfOneOrMore) {
  for (const OpKind op : {OpKind::Add, OpKind::Sub}) {
    OneNode node(op, AddParams{});
    node.input<int8_t>({1}, {1}, scaled(1)).input<int8_t>({1}, {1}, scaled(1)).output(Int8, {1}, scaled(1e-7f));
    EXPECT_NE(node.reasons().find("output multiplier"), std::string::npos);
  }
}

TEST(BinaryKernel, RefusesPowersOfTwoThatNeedALeftShift) {
  OneNode node(OpKind::Sub, AddParams{Activation::None, true});
  node.input<int16_t>({1}, {1}, scaled(1)).input<int16_t>({1}, {1}, scaled(1)).output(Int16, {1}, scaled(0.5f));
  EXPECT_NE(node.reasons().find("powers of two"), std::string::npos);
}

TEST(BinaryKernel, TakesTheSmallerAndTheLargerOfRawCodes) {
  OneNode minimum(OpKind::Minimum);
  minimum.input<int8_t>({3}, {-128, 0, 5}).input<int8_t>({1}, {1}).output(Int8, {3});
  ASSERT_TRUE(minimum.run().ok());
  EXPECT_EQ(minimum.out<int8_t>(), (std::vector<int8_t>{-128, 0, 1}));
  OneNode maximum(OpKind::Maximum);
  maximum.input<uint8_t>({3}, {0, 200, 5}).input<uint8_t>({1}, {100}).output(UInt8, {3});
  ASSERT_TRUE(maximum.run().ok());
  EXPECT_EQ(maximum.out<uint8_t>(), (std::vector<uint8_t>{100, 200, 100}));
}

TEST(BinaryKernel, TakesShapesWithoutElements) {
  OneNode node(OpKind::Add, AddParams{});
  node.input<float>({0, 3}, {}).input<float>({3}, {1, 2, 3}).output(Float32, {0, 3});
  EXPECT_TRUE(node.run().ok());
}

TEST(BinaryKernel, RunsOverManyRows) {
  std::vector<float> large(5000), doubled(5000);
  for (size_t i = 0; i < large.size(); ++i) {
    large[i] = float(i);
    doubled[i] = float(2 * i);
  }
  OneNode node(OpKind::Mul, ActivationParams{});
  node.input<float>({50, 100}, large).constant<float>({1, 1}, {2}).output(Float32, {50, 100});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), doubled);
}

}  // namespace
}  // namespace trireme
