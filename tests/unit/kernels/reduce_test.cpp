#include <cmath>
#include <numeric>

#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

std::vector<float> upTo(size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

TEST(ReduceKernel, AveragesHeightAndWidth) {
  OneNode node(OpKind::Mean, ReduceParams{true});
  node.input<float>({1, 2, 2, 3}, upTo(12)).constant<int32_t>({2}, {1, 2}).output(Float32, {1, 1, 1, 3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{4.5f, 5.5f, 6.5f}));
}

TEST(ReduceKernel, SumsOverScatteredNegativeAndRepeatedAxes) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<float>({2, 3, 2}, upTo(12)).constant<int32_t>({3}, {0, -1, 0}).output(Float32, {3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{14, 22, 30}));
}

TEST(ReduceKernel, SumsEverythingInItsOrder) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<float>({4}, {1e8f, 1, -1e8f, 1}).constant<int32_t>({1}, {0}).output(Float32, {});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{1}));
}

TEST(ReduceKernel, SumsAlongTheLastAxisOfManyRows) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<float>({100, 3}, upTo(300)).constant<int32_t>({1}, {1}).output(Float32, {100});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>()[99], 297 + 298 + 299);
}

TEST(ReduceKernel, CutsIntegerMeansOff) {
  OneNode node(OpKind::Mean, ReduceParams{false});
  node.input<int32_t>({2, 2}, {INT32_MAX, INT32_MAX, -3, -4}).constant<int32_t>({1}, {1}).output(Int32, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{INT32_MAX, -3}));
}

TEST(ReduceKernel, AveragesCodesIntoAnotherScale) {
  OneNode node(OpKind::Mean, ReduceParams{false});
  node.input<uint8_t>({2, 3}, {10, 11, 14, 250, 250, 255}, scaled(0.5f, 10))
      .constant<int32_t>({1}, {1})
      .output(UInt8, {2}, scaled(0.25f, 3));
  ASSERT_TRUE(node.run().ok());
  // 5/3 and 725/3, doubled, rounded, above 3: 6 and 255.
  EXPECT_EQ(node.out<uint8_t>(), (std::vector<uint8_t>{6, 255}));
}

TEST(ReduceKernel, SumsCodes) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<int8_t>({2, 2}, {-10, -20, 5, 5}, scaled(1, -5))
      .constant<int32_t>({1}, {1})
      .output(Int8, {2}, scaled(2, 1));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{-9, 11}));
}

TEST(ReduceKernel, GivesNanForTheMeanOfNothing) {
  OneNode node(OpKind::Mean, ReduceParams{false});
  node.input<float>({0, 2}, {}).constant<int32_t>({1}, {0}).output(Float32, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_TRUE(std::isnan(node.out<float>()[0]) && std::isnan(node.out<float>()[1]));
}

TEST(ReduceKernel, ReadsAxesWhenItRuns) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<float>({2, 3}, upTo(6)).input<int32_t>({1}, {0}).output(Float32, {3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{3, 5, 7}));
}

TEST(ReduceKernel, RefusesAxesThatDoNotGiveThePlannedShape) {
  OneNode node(OpKind::Sum, ReduceParams{false});
  node.input<float>({2, 3}, upTo(6)).input<int32_t>({1}, {1}).output(Float32, {3});
  const Status status = node.run();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_EQ(status.message(), "the operands give an output of 2, the planned output is 3");
}

TEST(ReduceKernel, RefusesAnAxisOutsideOfTheRank) {
  OneNode node(OpKind::Mean, ReduceParams{false});
  node.input<float>({2, 3}, upTo(6)).input<int32_t>({1}, {INT32_MIN}).output(Float32, {3});
  EXPECT_EQ(node.run().message(), "axis -2147483648 is outside of a tensor of rank 2");
}

}  // namespace
}  // namespace trireme
