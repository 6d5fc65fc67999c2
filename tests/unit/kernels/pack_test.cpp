#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;

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

}  // namespace
}  // namespace trireme
