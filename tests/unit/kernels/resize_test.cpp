#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

template <class T>
std::vector<T> resized(OpKind op, ResizeParams params, std::vector<T> line, int32_t width) {
  OneNode node(op, params);
  node.input(kDataTypeOf<T>, {1, 1, int64_t(line.size()), 1}, OneNode::bytesOf(line));
  node.constant<int32_t>({2}, {1, width});
  node.output(kDataTypeOf<T>, {1, 1, width, 1});
  const Status status = node.run();
  EXPECT_TRUE(status.ok()) << status.message();
  return node.out<T>();
}

TEST(ResizeBilinearKernel, InterpolatesFloats) {
  EXPECT_EQ(resized<float>(OpKind::ResizeBilinear, {}, {0, 4}, 4), (std::vector<float>{0, 2, 4, 4}));
  EXPECT_EQ(resized<float>(OpKind::ResizeBilinear, {true, false}, {0, 6}, 4), (std::vector<float>{0, 2, 4, 6}));
  EXPECT_EQ(resized<float>(OpKind::ResizeBilinear, {false, true}, {0, 4}, 4), (std::vector<float>{0, 1, 3, 4}));
}

TEST(ResizeBilinearKernel, RoundsCodes) {
  EXPECT_EQ(resized<int8_t>(OpKind::ResizeBilinear, {}, {-1, 2}, 4), (std::vector<int8_t>{-1, 1, 2, 2}));
  EXPECT_EQ(resized<int8_t>(OpKind::ResizeBilinear, {}, {1, -2}, 4), (std::vector<int8_t>{1, -1, -2, -2}));
  EXPECT_EQ(resized<uint8_t>(OpKind::ResizeBilinear, {}, {1, 4}, 4), (std::vector<uint8_t>{1, 3, 4, 4}));
  EXPECT_EQ(resized<int16_t>(OpKind::ResizeBilinear, {}, {-32768, 32767}, 4),
            (std::vector<int16_t>{-32768, -1, 32767, 32767}));
}

TEST(ResizeBilinearKernel, InterpolatesBetweenLinesAndKeepsChannelsApart) {
  OneNode node(OpKind::ResizeBilinear, ResizeParams{true, false});
  node.input<float>({1, 2, 1, 2}, {0, 10, 2, 30}).constant<int32_t>({2}, {3, 1}).output(Float32, {1, 3, 1, 2});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.out<float>(), (std::vector<float>{0, 10, 1, 20, 2, 30}));
}

TEST(ResizeNearestKernel, TakesTheNearest) {
  EXPECT_EQ(resized<int16_t>(OpKind::ResizeNearestNeighbor, {}, {5, 6, 7}, 5), (std::vector<int16_t>{5, 5, 6, 6, 7}));
  EXPECT_EQ(resized<float>(OpKind::ResizeNearestNeighbor, {true, false}, {5, 6}, 4), (std::vector<float>{5, 5, 6, 6}));
  EXPECT_EQ(resized<uint8_t>(OpKind::ResizeNearestNeighbor, {false, true}, {5, 6, 7, 8}, 2),
            (std::vector<uint8_t>{6, 8}));
}

TEST(ResizeKernel, RefusesASizeThatWasNotPlanned) {
  OneNode node(OpKind::ResizeBilinear, ResizeParams{});
  node.input<float>({1, 2, 2, 1}, {1, 2, 3, 4}).input<int32_t>({2}, {4, -4}).output(Float32, {1, 4, 4, 1});
  EXPECT_EQ(node.run().message(), "the operands give an output of 1x4x-4x1, the planned output is 1x4x4x1");
}

TEST(ResizeKernel, RefusesBothWaysToAlign) {
  OneNode node(OpKind::ResizeBilinear, ResizeParams{true, true});
  node.input<float>({1, 1, 1, 1}, {1}).constant<int32_t>({2}, {1, 1}).output(Float32, {1, 1, 1, 1});
  EXPECT_NE(node.reasons().find("exclude"), std::string::npos);
}

TEST(ResizeKernel, RefusesToFillAPictureFromNothing) {
  OneNode node(OpKind::ResizeNearestNeighbor, ResizeParams{});
  node.input<float>({1, 0, 1, 1}, {}).constant<int32_t>({2}, {1, 1}).output(Float32, {1, 1, 1, 1});
  EXPECT_NE(node.reasons().find("empty"), std::string::npos);
}

}  // namespace
}  // namespace trireme
