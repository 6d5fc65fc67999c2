#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::upTo;

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

TEST(TransposeKernel, TakesBools) {
  OneNode node(OpKind::Transpose);
  node.input(Bool, {1, 2}, {std::byte(1), std::byte(0)}).constant<int32_t>({2}, {1, 0}).output(Bool, {2, 1});
  ASSERT_TRUE(node.run().ok());
  EXPECT_EQ(node.outBytes(), (std::vector<std::byte>{std::byte(1), std::byte(0)}));
}

}  // namespace
}  // namespace trireme
