#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::scaled;

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

}  // namespace
}  // namespace trireme
