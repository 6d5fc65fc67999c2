#include <cmath>
#include <limits>

#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

std::vector<float> ofFloats(OpKind op, std::vector<float> in) {
  const auto size = int64_t(in.size());
  OneNode node(op);
  node.input<float>({size}, std::move(in)).output(Float32, {size});
  EXPECT_TRUE(node.run().ok());
  return node.out<float>();
}

TEST(UnaryKernel, ComputesFloats) {
  EXPECT_EQ(ofFloats(OpKind::Abs, {-1.5f, 2}), (std::vector<float>{1.5f, 2}));
  EXPECT_EQ(ofFloats(OpKind::Neg, {-1.5f, 2}), (std::vector<float>{1.5f, -2}));
  EXPECT_EQ(ofFloats(OpKind::Square, {-1.5f, 2}), (std::vector<float>{2.25f, 4}));
  EXPECT_EQ(ofFloats(OpKind::Sqrt, {9, 2.25f}), (std::vector<float>{3, 1.5f}));
  EXPECT_EQ(ofFloats(OpKind::Rsqrt, {4, 0}), (std::vector<float>{0.5f, std::numeric_limits<float>::infinity()}));
  EXPECT_EQ(ofFloats(OpKind::Exp, {0}), (std::vector<float>{1}));
  EXPECT_EQ(ofFloats(OpKind::Log, {1, 0}), (std::vector<float>{0, -std::numeric_limits<float>::infinity()}));
}

TEST(UnaryKernel, KeepsTheSmallestInteger) {
  for (const OpKind op : {OpKind::Abs, OpKind::Neg}) {
    OneNode node(op);
    node.input<int32_t>({2}, {INT32_MIN, -3}).output(Int32, {2});
    ASSERT_TRUE(node.run().ok());
    EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{INT32_MIN, 3}));
  }
}

TEST(UnaryKernel, TakesTheAbsoluteValueAroundTheZeroPoint) {
  OneNode node(OpKind::Abs);
  node.input<int8_t>({3}, {-10, 10, -128}, scaled(1, 2)).output(Int8, {3}, scaled(2, -5));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{1, -1, 60}));
}

TEST(UnaryKernel, RoundsQuantizedRootsTowardsZero) {
  OneNode node(OpKind::Sqrt);
  node.input<int8_t>({3}, {0, 8, 127}, scaled(1)).output(Int8, {3}, scaled(1));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{0, 2, 11}));
}

TEST(UnaryKernel, RefusesRootsOfNegativeCodes) {
  for (const OpKind op : {OpKind::Sqrt, OpKind::Rsqrt}) {
    OneNode node(op);
    node.input<int8_t>({2}, {5, 4}, scaled(1, 5)).output(Int8, {2}, scaled(1));
    const Status status = node.run();
    EXPECT_EQ(status.code(), Code::InvalidArgument);
    EXPECT_NE(status.message().find("element 1"), std::string::npos) << status.message();
  }
}

TEST(UnaryKernel, GivesTheLargestCodeForTheInverseRootOfZero) {
  OneNode node(OpKind::Rsqrt);
  node.input<int8_t>({4}, {-128, -127, -124, -28}, scaled(1, -128)).output(Int8, {4}, scaled(0.01f, -10));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{127, 90, 40, 0}));
}

TEST(UnaryKernel, SaturatesExponentialsFarAboveTheRange) {
  OneNode node(OpKind::Exp);
  node.input<int8_t>({3}, {0, 2, 127}, scaled(1)).output(Int8, {3}, scaled(0.1f, -100));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{-90, -26, 127}));
}

TEST(UnaryKernel, GivesTheSmallestCodeForLogarithmsThatDoNotExist) {
  OneNode node(OpKind::Log);
  node.input<int8_t>({3}, {-5, 0, 1}, scaled(1)).output(Int8, {3}, scaled(0.1f, 3));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{-128, -128, 3}));
}

TEST(UnaryKernel, RefusesCodesWithoutAScale) {
  OneNode node(OpKind::Exp);
  node.input<int8_t>({1}, {0}).output(Int8, {1});
  EXPECT_NE(node.reasons().find("scale"), std::string::npos);
}

}  // namespace
}  // namespace trireme
