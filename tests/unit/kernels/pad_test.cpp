#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;
using support::upTo;

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

}  // namespace
}  // namespace trireme
