#include "tests/unit/kernels/one_node.h"

namespace trireme {
namespace {

using enum DataType;
using support::OneNode;
using support::upTo;

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

}  // namespace
}  // namespace trireme
