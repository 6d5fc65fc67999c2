#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::upTo;

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

}  // namespace
}  // namespace trireme
