#include <limits>

#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;

TEST(GatherKernel, TakesSlicesAlongAnAxis) {
  OneNode node(OpKind::Gather, GatherParams{-1, 0});
  node.input<int32_t>({2, 3}, {0, 1, 2, 10, 11, 12}).input<int16_t>({2}, {2, 0}).output(Int32, {2, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{2, 0, 12, 10}));
}

TEST(GatherKernel, TakesItsOwnIndicesForEachBatch) {
  OneNode node(OpKind::Gather, GatherParams{1, 1});
  node.input<int32_t>({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}).constant<int64_t>({2, 1}, {1, 0}).output(Int32, {2, 1, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{2, 3, 4, 5}));
}

TEST(GatherKernel, NamesAnIndexOutsideAndTheLimit) {
  for (const int32_t index : {3, -1}) {
    OneNode node(OpKind::Gather, GatherParams{0, 0});
    node.input<int32_t>({3}, {1, 2, 3}).input<int32_t>({2}, {0, index}).output(Int32, {2});
    const Status status = node.run();
    EXPECT_EQ(status.code(), Code::InvalidArgument);
    EXPECT_EQ(status.message(), "index " + std::to_string(index) + " at position 1 is outside of 0 to 2");
  }
}

TEST(GatherNdKernel, NamesPositionsByTheirFirstAxes) {
  OneNode node(OpKind::GatherNd);
  node.input<int8_t>({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}).input<int32_t>({2, 2}, {1, 0, 0, 1}).output(Int8, {2, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{4, 5, 2, 3}));
}

TEST(GatherNdKernel, ChecksEachIndexAgainstItsAxis) {
  OneNode node(OpKind::GatherNd);
  node.input<int8_t>({2, 3}, {0, 1, 2, 3, 4, 5}).input<int32_t>({1, 2}, {2, 0}).output(Int8, {1});
  EXPECT_EQ(node.run().message(), "index 2 at position 0 is outside of 0 to 1");
}

TEST(ArgMaxKernel, TakesTheFirstOfEqualValues) {
  OneNode node(OpKind::ArgMax, ArgMaxParams{Int64});
  node.input<uint8_t>({2, 3}, {1, 9, 9, 5, 5, 5}).constant<int32_t>({}, {-1}).output(Int64, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int64_t>(), (std::vector<int64_t>{1, 0}));
}

TEST(ArgMaxKernel, WorksAlongAnOuterAxis) {
  OneNode node(OpKind::ArgMax, ArgMaxParams{Int32});
  node.input<int32_t>({3, 2}, {1, 6, 3, 4, 2, 5}).input<int64_t>({1}, {0}).output(Int32, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{1, 0}));
}

TEST(ArgMaxKernel, PassesNanOver) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  OneNode node(OpKind::ArgMax, ArgMaxParams{Int32});
  node.input<float>({2, 3}, {nan, -5, nan, nan, nan, nan}).constant<int32_t>({1}, {1}).output(Int32, {2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{1, 0}));
}

}  // namespace
}  // namespace trireme
