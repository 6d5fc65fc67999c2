// CONCATENATION, PACK, UNPACK, SPLIT, SLICE, STRIDED_SLICE, TRANSPOSE, RESHAPE and its kin, PAD and its kin, block
// operators: elements are moved, never changed.

#include <numeric>

#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

template <class T = int32_t>
std::vector<T> upTo(int count, int first = 0) {
  std::vector<T> values;
  for (int i = 0; i < count; ++i) values.push_back(T(first + i));
  return values;
}

TEST(ConcatKernel, JoinsAlongAnInnerAxis) {
  OneNode node(OpKind::Concatenation, ConcatenationParams{-1, Activation::None});
  node.input<int16_t>({2, 1}, {1, 2}).input<int16_t>({2, 0}, {}).input<int16_t>({2, 2}, {3, 4, 5, 6});
  node.output(Int16, {2, 3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int16_t>(), (std::vector<int16_t>{1, 3, 4, 2, 5, 6}));
}

TEST(ConcatKernel, RescalesUint8) {
  OneNode node(OpKind::Concatenation, ConcatenationParams{0, Activation::None});
  node.input<uint8_t>({3}, {0, 10, 255}, scaled(0.5f, 10)).input<uint8_t>({1}, {7}, scaled(1, 3));
  node.output(UInt8, {4}, scaled(1, 3));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<uint8_t>(), (std::vector<uint8_t>{0, 3, 126, 7}));
}

TEST(ConcatKernel, RefusesInt8OfTwoScales) {
  OneNode node(OpKind::Concatenation, ConcatenationParams{0, Activation::None});
  node.input<int8_t>({1}, {1}, scaled(1)).input<int8_t>({1}, {1}, scaled(2)).output(Int8, {2}, scaled(1));
  EXPECT_NE(node.reasons().find("same scale"), std::string::npos);
}

TEST(ConcatKernel, RefusesSubByteElements) {
  OneNode node(OpKind::Concatenation, ConcatenationParams{0, Activation::None});
  node.input(Int4, {2}, std::vector<std::byte>(1)).input(Int4, {2}, std::vector<std::byte>(1)).output(Int4, {4});
  EXPECT_NE(node.reasons().find("whole bytes"), std::string::npos);
}

TEST(PackKernel, StacksAndUnstacks) {
  OneNode pack(OpKind::Pack, PackParams{2, 1});
  pack.input<int64_t>({2, 2}, {1, 2, 3, 4}).input<int64_t>({2, 2}, {5, 6, 7, 8}).output(Int64, {2, 2, 2});
  ASSERT_TRUE(pack.run().ok());
  EXPECT_EQ(pack.out<int64_t>(), (std::vector<int64_t>{1, 2, 5, 6, 3, 4, 7, 8}));
  OneNode unpack(OpKind::Unpack, UnpackParams{2, -2});
  unpack.input<int64_t>({2, 2, 2}, pack.out<int64_t>()).output(Int64, {2, 2}).output(Int64, {2, 2});
  ASSERT_TRUE(unpack.run().ok());
  EXPECT_EQ(unpack.out<int64_t>(0), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(unpack.out<int64_t>(1), (std::vector<int64_t>{5, 6, 7, 8}));
}

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

TEST(TransposeKernel, PermutesAxes) {
  OneNode node(OpKind::Transpose);
  node.input<int8_t>({2, 1, 3}, {1, 2, 3, 4, 5, 6}).constant<int32_t>({3}, {-1, 0, 1}).output(Int8, {3, 2, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int8_t>(), (std::vector<int8_t>{1, 4, 2, 5, 3, 6}));
}

TEST(TransposeKernel, RefusesAnAxisNamedTwice) {
  OneNode node(OpKind::Transpose);
  node.input<int32_t>({2, 2}, upTo(4)).input<int32_t>({2}, {0, -2}).output(Int32, {2, 2});
  EXPECT_EQ(node.run().message(), "the permutation names axis 0 twice");
}

TEST(TransposeKernel, MovesManyElements) {
  OneNode node(OpKind::Transpose);
  node.input<int32_t>({70, 90}, upTo(6300)).constant<int32_t>({2}, {1, 0}).output(Int32, {90, 70});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>()[1], 90);
  EXPECT_EQ(node.out<int32_t>()[6299], 6299);
  EXPECT_EQ(node.out<int32_t>()[70 * 89 + 3], 3 * 90 + 89);
}

TEST(ReshapeKernel, CopiesUnderAnotherShape) {
  OneNode node(OpKind::Reshape, ReshapeParams{});
  node.input<int32_t>({2, 3}, upTo(6)).constant<int32_t>({2}, {3, -1}).output(Int32, {3, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), upTo(6));
}

TEST(ReshapeKernel, RefusesAWantedShapeThatWasNotPlanned) {
  OneNode node(OpKind::Reshape, ReshapeParams{});
  node.input<int32_t>({2, 3}, upTo(6)).input<int32_t>({2}, {6, 1}).output(Int32, {3, 2});
  EXPECT_EQ(node.run().message(), "the wanted shape is 6x1, the planned output is 3x2");
}

TEST(SqueezeKernel, DropsAxesOfOne) {
  OneNode node(OpKind::Squeeze, SqueezeParams{{-1}});
  node.input<int32_t>({1, 3, 1}, upTo(3)).output(Int32, {1, 3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), upTo(3));
}

TEST(ExpandDimsKernel, AddsAnAxisOfOne) {
  OneNode node(OpKind::ExpandDims);
  node.input<int32_t>({3}, upTo(3)).constant<int32_t>({}, {-1}).output(Int32, {3, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), upTo(3));
}

TEST(ShapeKernel, WritesTheShapeInEitherType) {
  for (const DataType dtype : {Int32, Int64}) {
    OneNode node(OpKind::Shape, ShapeParams{dtype});
    node.input<int8_t>({2, 1, 4}, std::vector<int8_t>(8)).output(dtype, {3});
    ASSERT_TRUE(node.run().ok());
    if (dtype == Int32) {
      EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{2, 1, 4}));
    } else {
      EXPECT_EQ(node.out<int64_t>(), (std::vector<int64_t>{2, 1, 4}));
    }
  }
}

TEST(PadKernel, FillsWithTheZeroPoint) {
  OneNode node(OpKind::Pad);
  node.input<uint8_t>({2, 2}, {1, 2, 3, 4}, scaled(1, 9)).constant<int32_t>({2, 2}, {1, 0, 0, 2});
  node.output(UInt8, {3, 4}, scaled(1, 9));
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<uint8_t>(), (std::vector<uint8_t>{9, 9, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9}));
}

TEST(PadKernel, PadsTheMiddleOfPictures) {
  OneNode node(OpKind::Pad);
  node.input<float>({1, 1, 2, 2}, {1, 2, 3, 4}).input<int64_t>({4, 2}, {0, 0, 1, 0, 1, 1, 0, 0});
  node.output(Float32, {1, 2, 4, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0}));
}

TEST(PadKernel, TakesAGivenValue) {
  OneNode node(OpKind::PadV2);
  node.input<int64_t>({0}, {}).constant<int32_t>({1, 2}, {1, 2}).input<int64_t>({1}, {-7}).output(Int64, {3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int64_t>(), (std::vector<int64_t>{-7, -7, -7}));
}

TEST(PadKernel, RefusesNegativePaddings) {
  OneNode node(OpKind::Pad);
  node.input<int32_t>({4}, upTo(4)).input<int32_t>({1, 2}, {-1, 1}).output(Int32, {4});
  EXPECT_EQ(node.run().message(), "axis 0 is padded by -1 and 1");
}

TEST(MirrorPadKernel, RepeatsTheEdgeOrNot) {
  OneNode reflect(OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect});
  reflect.input<int32_t>({3}, {1, 2, 3}).constant<int32_t>({1, 2}, {2, 1}).output(Int32, {6});
  ASSERT_TRUE(reflect.run().ok());
  EXPECT_EQ(reflect.out<int32_t>(), (std::vector<int32_t>{3, 2, 1, 2, 3, 2}));
  OneNode symmetric(OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Symmetric});
  symmetric.input<int32_t>({3}, {1, 2, 3}).constant<int32_t>({1, 2}, {2, 3}).output(Int32, {8});
  ASSERT_TRUE(symmetric.run().ok());
  EXPECT_EQ(symmetric.out<int32_t>(), (std::vector<int32_t>{2, 1, 1, 2, 3, 3, 2, 1}));
}

TEST(MirrorPadKernel, MirrorsOuterAxes) {
  OneNode node(OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect});
  node.input<int32_t>({2, 2}, upTo(4)).constant<int32_t>({2, 2}, {1, 1, 0, 1}).output(Int32, {4, 3});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<int32_t>(), (std::vector<int32_t>{2, 3, 2, 0, 1, 0, 2, 3, 2, 0, 1, 0}));
}

TEST(MirrorPadKernel, RefusesMoreThanThereIsToMirror) {
  OneNode node(OpKind::MirrorPad, MirrorPadParams{MirrorPadMode::Reflect});
  node.input<int32_t>({3}, {1, 2, 3}).input<int32_t>({1, 2}, {3, 0}).output(Int32, {6});
  EXPECT_EQ(node.run().message(), "axis 0 of size 3 cannot be mirrored by 3 and 0");
}

TEST(BlockKernel, MovesSquaresToChannelsAndBack) {
  OneNode deep(OpKind::SpaceToDepth, BlockParams{2});
  deep.input<int32_t>({1, 2, 4, 1}, upTo(8)).output(Int32, {1, 1, 2, 4});
  ASSERT_TRUE(deep.run().ok());
  EXPECT_EQ(deep.out<int32_t>(), (std::vector<int32_t>{0, 1, 4, 5, 2, 3, 6, 7}));
  OneNode spread(OpKind::DepthToSpace, BlockParams{2});
  spread.input<int32_t>({1, 1, 2, 4}, deep.out<int32_t>()).output(Int32, {1, 2, 4, 1});
  ASSERT_TRUE(spread.run().ok());
  EXPECT_EQ(spread.out<int32_t>(), upTo(8));
}

TEST(Movers, TakeBools) {
  OneNode node(OpKind::Transpose);
  node.input(Bool, {1, 2}, {std::byte(1), std::byte(0)}).constant<int32_t>({2}, {1, 0}).output(Bool, {2, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.outBytes(), (std::vector<std::byte>{std::byte(1), std::byte(0)}));
}

}  // namespace
}  // namespace trireme
