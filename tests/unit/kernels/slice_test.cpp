#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::upTo;

TEST(SplitKernel, CutsIntoEqualPieces) {
  OneNode node(OpKind::Split, SplitParams{3});
  node.constant<int32_t>({}, {-1}).input<int32_t>({2, 6}, upTo(12));
  node.output(Int32, {2, 2}).output(Int32, {2, 2}).output(Int32, {2, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(0), (std::vector<int32_t>{0, 1, 6, 7}));
  EXPECT_EQ(node.out<int32_t>(2), (std::vector<int32_t>{4, 5, 10, 11}));
}

TEST(SplitKernel, ReadsTheAxisWhenItRuns) {
  OneNode node(OpKind::Split, SplitParams{2});
  node.input<int32_t>({1}, {1}).input<int32_t>({2, 2}, upTo(4)).output(Int32, {2, 1}).output(Int32, {2, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(1), (std::vector<int32_t>{1, 3}));
}

TEST(SliceKernel, TakesTheRestForMinusOne) {
  OneNode node(OpKind::Slice);
  node.input<int32_t>({3, 4}, upTo(12)).constant<int64_t>({2}, {1, 2}).constant<int64_t>({2}, {-1, 1});
  node.output(Int32, {2, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{6, 10}));
}

TEST(SliceKernel, RefusesWhatLeavesTheInput) {
  OneNode node(OpKind::Slice);
  node.input<int32_t>({4}, upTo(4)).input<int32_t>({1}, {3}).input<int32_t>({1}, {2}).output(Int32, {2});
  EXPECT_EQ(node.run().message(), "begin 3 and size 2 leave axis 0 of size 4");
  OneNode negative(OpKind::Slice);
  negative.input<int32_t>({4}, upTo(4)).input<int32_t>({1}, {-1}).input<int32_t>({1}, {2}).output(Int32, {2});
  EXPECT_EQ(negative.run().code(), Code::InvalidArgument);
}

struct StridedCase {
  StridedSliceParams params;
  std::vector<int32_t> begin, end, strides;
  std::vector<int64_t> shape;
  std::vector<int32_t> elements;
};
// Of a 3x4 input that counts from 0.
void expectSlice(const StridedCase& c) {
  for (const bool constant : {true, false}) {
    OneNode node(OpKind::StridedSlice, c.params);
    node.input<int32_t>({3, 4}, upTo(12));
    const auto count = int64_t(c.begin.size());
    for (const auto* values : {&c.begin, &c.end, &c.strides}) {
      constant ? node.constant<int32_t>({count}, *values) : node.input<int32_t>({count}, *values);
    }
    switch (c.shape.size()) {
      case 0:
        node.output(Int32, {});
        break;
      case 1:
        node.output(Int32, {c.shape[0]});
        break;
      case 2:
        node.output(Int32, {c.shape[0], c.shape[1]});
        break;
      default:
        node.output(Int32, {c.shape[0], c.shape[1], c.shape[2]});
    }
    const Status status = node.run();
    ASSERT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(node.out<int32_t>(), c.elements);
  }
}

TEST(StridedSliceKernel, StridesForwardsAndBackwards) {
  expectSlice({{}, {0, 1}, {3, 4}, {2, 2}, {2, 2}, {1, 3, 9, 11}});
  expectSlice({{}, {2, -1}, {0, -4}, {-1, -2}, {2, 2}, {11, 9, 7, 5}});
}
TEST(StridedSliceKernel, ClampsEndsToTheInput) {
  expectSlice({{}, {-100, 2}, {1, 100}, {1, 1}, {1, 2}, {2, 3}});
  expectSlice({{}, {2, 0}, {1, 4}, {1, 1}, {0, 4}, {}});
}
TEST(StridedSliceKernel, MasksStandForTheWholeAxis) {
  StridedSliceParams params;
  params.beginMask = 1;
  params.endMask = 2;
  expectSlice({params, {7, 3}, {1, -9}, {1, 1}, {1, 1}, {3}});
}
TEST(StridedSliceKernel, ShrinksAnAxisAwayAtANegativeIndex) {
  StridedSliceParams params;
  params.shrinkAxisMask = 1;
  expectSlice({params, {-1}, {0}, {1}, {4}, {8, 9, 10, 11}});
}
TEST(StridedSliceKernel, AddsAnAxis) {
  StridedSliceParams params;
  params.newAxisMask = 2;
  expectSlice({params, {1, 0, 1}, {2, 0, 3}, {1, 1, 1}, {1, 1, 2}, {5, 6}});
}
TEST(StridedSliceKernel, AnEllipsisTakesTheAxesThatNothingNames) {
  StridedSliceParams params;
  params.ellipsisMask = 1;
  expectSlice({params, {0, 1}, {0, 2}, {1, 1}, {3, 1}, {1, 5, 9}});
}
TEST(StridedSliceKernel, CountsEndsFromTheBeginning) {
  StridedSliceParams params;
  params.offset = true;
  expectSlice({params, {1, 1}, {2, 2}, {1, 1}, {2, 2}, {5, 6, 9, 10}});
}

TEST(StridedSliceKernel, RefusesAStrideOfZeroAndAnIndexOutside) {
  OneNode zero(OpKind::StridedSlice, StridedSliceParams{});
  zero.input<int32_t>({4}, upTo(4)).input<int32_t>({1}, {0}).input<int32_t>({1}, {4}).input<int32_t>({1}, {0});
  zero.output(Int32, {4});
  EXPECT_EQ(zero.run().message(), "axis 0 has stride 0");
  StridedSliceParams params;
  params.shrinkAxisMask = 1;
  OneNode outside(OpKind::StridedSlice, params);
  outside.input<int32_t>({4}, upTo(4)).input<int32_t>({1}, {4}).input<int32_t>({1}, {5}).input<int32_t>({1}, {1});
  outside.output(Int32, {});
  EXPECT_EQ(outside.run().message(), "index 4 is outside of axis 0 of size 4");
}

}  // namespace
}  // namespace trireme
