#include <algorithm>
#include <bit>

#include "delegates/vulkan/limits.h"
#include "tests/support/short_texels.h"
#include "tests/unit/delegates/faults/fault_fixture.h"
#include "tests/unit/delegates/gpu/lowered.h"
#include "tests/unit/delegates/vulkan/vulkan_world.h"

// Views of texels: of which kinds they are, and who gets none.
namespace trireme::vulkan {
namespace {

using script::Function;
using script::Overlay;
using script::Script;

// What the driver was asked for.
std::vector<VkDeviceSize> buffers, views;
VKAPI_ATTR VkResult VKAPI_CALL notingBuffers(VkDevice device, const VkBufferCreateInfo* info,
                                             const VkAllocationCallbacks* callbacks, VkBuffer* made) {
  const auto* external = static_cast<const VkBaseInStructure*>(info->pNext);
  if (!external) buffers.push_back(info->size);
  return Overlay::below<PFN_vkCreateBuffer>("vkCreateBuffer")(device, info, callbacks, made);
}
VKAPI_ATTR VkResult VKAPI_CALL notingViews(VkDevice device, const VkBufferViewCreateInfo* info,
                                           const VkAllocationCallbacks* callbacks, VkBufferView* made) {
  views.push_back(info->range);
  return Overlay::below<PFN_vkCreateBufferView>("vkCreateBufferView")(device, info, callbacks, made);
}

// Biases of 256 bytes, weights and what lies between the layers of a multiple of it; its input is of another kind.
Graph roundSizes() {
  gpu::Grown net;
  ValueId x = net.input(support::floats({1, 5, 5, 12}));
  int64_t depth = 12;
  for (int i = 0; i < 3; ++i) {
    const ValueId filter =
        net.constant(support::floats({64, 1, 1, depth}), std::vector<float>(size_t(64 * depth), 0.5f));
    const ValueId bias = net.constant(support::floats({64}), std::vector<float>(64, 1.0f));
    x = net.node(OpKind::Conv2d, Conv2dParams{}, {x, filter, bias}, support::floats({1, 5, 5, 64}));
    depth = 64;
  }
  return net.build({x});
}

class VulkanViewsTest : public faults::WithFaults<VulkanWorld> {};

TEST(VulkanViews, ViewsAreLongerByAUnitWhereTheirBytesAreAWholeNumberOf256) {
  EXPECT_EQ(viewBytes(16, 16), 16u);
  EXPECT_EQ(viewBytes(240, 1024), 240u);
  EXPECT_EQ(viewBytes(256, 1024), 272u);
  EXPECT_EQ(viewBytes(65536, 65552), 65552u);
  EXPECT_EQ(viewBytes(65536, 65551), 65536u) << "there is no room";
  EXPECT_EQ(viewBytes(272, 1024), 272u);
}

TEST(VulkanViews, NoBuffersSizeIsAPowerOfTwo) {
  EXPECT_EQ(bufferBytes(0), 48u);
  EXPECT_EQ(bufferBytes(16), 48u);
  EXPECT_EQ(bufferBytes(17), 48u);
  EXPECT_EQ(bufferBytes(48), 48u);
  EXPECT_EQ(bufferBytes(4096), 4112u);
  EXPECT_EQ(bufferBytes(4095), 4112u);
  for (size_t bytes = 0; bytes < 5000; ++bytes) {
    ASSERT_FALSE(std::has_single_bit(bufferBytes(bytes))) << bytes;
    ASSERT_GE(bufferBytes(bytes), bytes);
    ASSERT_EQ(bufferBytes(bytes) % kUnit, 0u);
  }
}

// Weights and scratch have room; tensors that a frame hands over are as long as they are.
TEST_F(VulkanViewsTest, AnInferenceMakesViewsAndBuffersOfOneKind) {
  Overlay overlay(world_.driver());
  overlay.put("vkCreateBuffer", notingBuffers);
  overlay.put("vkCreateBufferView", notingViews);
  Script script(overlay.loader());
  buffers.clear();
  views.clear();
  {
    auto made = delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    auto interpreter = Interpreter::create(support::modelOf(roundSizes()), faults::SmallInference::over(made.value()));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_TRUE(interpreter.value()->invoke().ok());
    EXPECT_TRUE(interpreter.value()->faults().empty());
  }
  if (views.empty()) GTEST_SKIP() << "this device reads no texels";
  EXPECT_GT(std::ranges::count_if(views, [](VkDeviceSize bytes) { return bytes % 256 == kUnit; }), 3);
  for (const VkDeviceSize bytes : buffers) EXPECT_FALSE(std::has_single_bit(bytes)) << bytes;
  for (const VkDeviceSize bytes : views) EXPECT_NE(bytes % 256, 0u) << bytes;
}

TEST_F(VulkanViewsTest, WhereTexelBuffersAreShortProgramsReadStorageBuffersAndGiveTheSameAnswer) {
  for (const bool isShort : {false, true}) {
    Script script(isShort ? support::loaderWithShortTexelBuffers() : world_.driver());
    {
      auto made = delegate(script);
      ASSERT_TRUE(made.ok()) << made.status().message();
      EXPECT_GT(small_.nodesOn(made.value()), 0u);
      EXPECT_EQ(small_.infer(made.value()), "");
    }
    const uint64_t asked = script.calls(Function::vkCreateBufferView);
    if (!isShort && asked == 0) GTEST_SKIP() << "this device reads no texels";
    EXPECT_EQ(asked > 0, !isShort);
    EXPECT_EQ(script.unbalanced(), "");
  }
}

}  // namespace
}  // namespace trireme::vulkan
