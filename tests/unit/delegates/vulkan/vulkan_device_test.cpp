#include <thread>

#include "delegates/gpu/lowering.h"
#include "delegates/gpu/self_check.h"
#include "tests/support/graph_builders.h"
#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

namespace trireme::vulkan {
namespace {

using script::Function;
using script::Overlay;
using script::Script;

class VulkanDeviceTest : public WithDriver {};

TEST_F(VulkanDeviceTest, WhatItSaysOfItselfIsUsable) {
  const auto one = device(driver());
  const gpu::GpuLimits& limits = one->limits();
  EXPECT_EQ(limits.vectorWidth, 4u);
  EXPECT_GE(limits.bindingAlignment, 64u);
  EXPECT_EQ(limits.bindingAlignment & (limits.bindingAlignment - 1), 0u);
  EXPECT_GE(limits.maxGroupSize, 1u);
  EXPECT_GE(limits.maxAllocation, size_t{1} << 20);
  EXPECT_GE(limits.maxBinding, size_t{1} << 20);
  EXPECT_FALSE(one->memory().hostVisible);
  EXPECT_EQ(one->memory().alignment, limits.bindingAlignment);
  EXPECT_FALSE(one->name().empty());
  EXPECT_TRUE(one->health().ok());
}

std::vector<std::byte> pattern(size_t bytes) {
  std::vector<std::byte> values(bytes);
  for (size_t i = 0; i < bytes; ++i) values[i] = std::byte(uint8_t(i * 7));
  return values;
}

TEST_F(VulkanDeviceTest, BytesComeBackFromAnyOffset) {
  const auto one = device(driver());
  auto buffer = one->allocate(1000);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer.value()->host(), nullptr);
  const std::vector<std::byte> in = pattern(37);
  std::vector<std::byte> out(37);
  const BufferView view{buffer.value().get(), 963, 37};
  const Event up = one->upload(in, view), down = one->download(view, out);
  EXPECT_TRUE(down.wait().ok());
  EXPECT_TRUE(up.ready());
  EXPECT_EQ(in, out);
}

// Then the host may not copy by itself: it would be out of turn.
TEST_F(VulkanDeviceTest, BytesComeBackFromAnyOffsetWhileWorkIsUnderWay) {
  Script script(driver());
  const auto one = device(script.loader());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  auto buffer = one->allocate(1000);
  std::vector<std::byte> in = pattern(37), out(37), early(37);
  const BufferView view{buffer.value().get(), 963, 37};
  ASSERT_TRUE(one->upload(std::vector<std::byte>(37), view).wait().ok());
  script.hang();
  const Event run = bound.value().executable->run();
  const Event before = one->download(view, early), up = one->upload(in, view), down = one->download(view, out);
  EXPECT_FALSE(run.ready() || before.ready() || up.ready() || down.ready());
  EXPECT_EQ(script.calls(Function::vkCmdCopyBuffer), 3u);
  const std::vector<std::byte> sent = in;
  std::ranges::fill(in, std::byte{1});  // it was taken when the call returned
  script.resume();
  for (const Event* event : {&run, &before, &up, &down}) EXPECT_TRUE(event->wait().ok());
  EXPECT_EQ(out, sent);
  EXPECT_EQ(early, std::vector<std::byte>(37));
}

TEST_F(VulkanDeviceTest, NothingToMoveIsDoneAtOnce) {
  const auto one = device(driver());
  auto buffer = one->allocate(0);
  ASSERT_TRUE(buffer.ok());
  EXPECT_TRUE(one->upload({}, {buffer.value().get(), 0, 0}).wait().ok());
  EXPECT_TRUE(one->download({buffer.value().get(), 0, 0}, {}).wait().ok());
}

TEST_F(VulkanDeviceTest, WhatDoesNotFitOrBelongIsRefused) {
  const auto one = device(driver());
  auto buffer = one->allocate(16);
  ASSERT_TRUE(buffer.ok());
  std::vector<std::byte> bytes(32);
  const auto code = [](const Event& event) { return event.wait().code(); };
  EXPECT_EQ(code(one->upload(bytes, {buffer.value().get(), 0, 16})), Code::InvalidArgument);
  EXPECT_EQ(code(one->download({buffer.value().get(), 8, 16}, bytes)), Code::InvalidArgument);
  EXPECT_EQ(code(one->download({buffer.value().get(), 0, 16}, std::span(bytes).first(8))), Code::InvalidArgument);
  EXPECT_EQ(code(one->acquire({buffer.value().get(), 0, 16})), Code::InvalidArgument);
  auto foreign = hostDevice().allocate(16);
  EXPECT_EQ(code(one->upload(std::span(bytes).first(16), {foreign.value().get(), 0, 16})), Code::InvalidArgument);
  EXPECT_TRUE(one->health().ok());
}

TEST_F(VulkanDeviceTest, MoreMemoryThanThereIsIsSaid) {
  const auto one = device(driver());
  const auto buffer = one->allocate(one->memory().maxAllocation + 1);
  EXPECT_EQ(buffer.status().code(), Code::OutOfMemory);
  EXPECT_NE(buffer.status().message().find("at most"), std::string::npos);
}

TEST_F(VulkanDeviceTest, AListRunsInOrderOverPartsOfBuffers) {
  const auto one = device(driver());
  for (const size_t steps : {1u, 2u, 7u}) {
    auto bound = bind(*one, reversing(301, steps, one->limits().bindingAlignment));
    ASSERT_TRUE(bound.ok()) << bound.status().message();
    for (int again = 0; again < 2; ++again) {  // recorded once, submitted many times
      const auto values = runOnce(*one, bound.value(), 301);
      ASSERT_TRUE(values.ok()) << values.status().message();
      EXPECT_EQ(values.value(), counting(301, steps % 2 == 1)) << steps;
    }
  }
}

TEST_F(VulkanDeviceTest, AListWithoutDispatchesIsDoneWhenWhatWasBeforeItIs) {
  Script script(driver());
  const auto one = device(script.loader());
  auto executable = one->build({}, {});
  ASSERT_TRUE(executable.ok());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  script.hang();
  const Event run = bound.value().executable->run(), empty = executable.value()->run();
  EXPECT_FALSE(empty.ready());
  script.resume();
  EXPECT_TRUE(empty.wait().ok());
  EXPECT_TRUE(run.ready());
}

TEST_F(VulkanDeviceTest, ABindingThatIsNotAlignedIsRefused) {
  const auto one = device(driver());
  gpu::DispatchList list = reversing(64, 2, one->limits().bindingAlignment);
  list.buffers[2].bytes += 64;
  list.dispatches[0].bindings[1].offset = list.dispatches[1].bindings[0].offset = 4;
  EXPECT_EQ(bind(*one, list).status().code(), Code::InvalidArgument);
}

TEST_F(VulkanDeviceTest, MoreThanTheDeviceBindsAtOnceIsRefusedWithBothNumbers) {
  Overlay overlay(driver());
  overlay.put<PFN_vkGetPhysicalDeviceProperties2>(
      "vkGetPhysicalDeviceProperties2", [](VkPhysicalDevice which, VkPhysicalDeviceProperties2* told) {
        Overlay::below<PFN_vkGetPhysicalDeviceProperties2>("vkGetPhysicalDeviceProperties2")(which, told);
        told->properties.limits.maxStorageBufferRange = 1024;
      });
  const auto one = device(overlay.loader());
  EXPECT_TRUE(bind(*one, reversing(256, 2, 256)).ok());
  const Status status = bind(*one, reversing(257, 2, 2048)).status();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_NE(status.message().find("at most 1024"), std::string::npos) << status.message();
}

TEST_F(VulkanDeviceTest, MoreGroupsThanTheDeviceStartsAreRefusedByTheEmitterAndByTheDevice) {
  const auto one = device(driver());
  gpu::DispatchList list = reversing(64, 1, one->limits().bindingAlignment);
  const uint32_t most = one->limits().maxGroups[0];
  if (most == UINT32_MAX) GTEST_SKIP() << "this device starts any number of groups";
  list.dispatches[0].groups[0] = most + 1;
  const Status status = bind(*one, list).status();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_NE(status.message().find(std::to_string(most)), std::string::npos) << status.message();

  support::Net net(7, DataType::Float32);
  const ValueId in = net.input({1, 64, 64, 32});
  const Graph graph = net.build({net.relu(in)});
  const std::vector<NodeId> nodes = {NodeId{0}};
  gpu::GpuLimits few = one->limits();
  for (const uint32_t groups : {UINT32_MAX, 1u}) {
    few.maxGroups = {groups, groups, groups};
    const auto lowered =
        lowerPartition({graph, nodes, graph.inputs(), graph.outputs()}, few, Precision::Exact, gpu::LowerFor::Pricing);
    EXPECT_EQ(lowered.status().code(), groups == 1 ? Code::Unsupported : Code::Ok) << lowered.status().message();
  }
}

void expectTimes(VulkanDevice& one, bool deviceClock) {
  auto bound = bind(one, reversing(999, 5, one.limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  const std::vector<float> in = counting(999, false);
  ASSERT_TRUE(one.upload(std::as_bytes(std::span(in)), bound.value().views[0]).wait().ok());
  for (int again = 0; again < 2; ++again) {
    std::vector<Times> times;
    const Status status = bound.value().executable->runTimed(times);
    ASSERT_TRUE(status.ok()) << status.message();
    ASSERT_EQ(times.size(), 5u);
    for (size_t i = 0; i < times.size(); ++i) {
      EXPECT_EQ(times[i].deviceClock, deviceClock);
      EXPECT_LE(times[i].queued, times[i].begin);
      EXPECT_LE(times[i].begin, times[i].end);
      if (i > 0) {
        EXPECT_LE(times[i - 1].end, times[i].begin + std::chrono::microseconds(1));  // drivers round
      }
    }
    std::vector<float> out(999);
    ASSERT_TRUE(one.download(bound.value().views[1], std::as_writable_bytes(std::span(out))).wait().ok());
    EXPECT_EQ(out, counting(999, true));
  }
}

TEST_F(VulkanDeviceTest, ATimedRunGivesTheSameResultAndATimeADispatch) {
  const auto one = device(driver());
  expectTimes(*one, true);
}

TEST_F(VulkanDeviceTest, AQueueWithoutAClockIsTimedByTheHosts) {
  Overlay overlay(driver());
  overlay.put<PFN_vkGetPhysicalDeviceQueueFamilyProperties>(
      "vkGetPhysicalDeviceQueueFamilyProperties",
      [](VkPhysicalDevice which, uint32_t* count, VkQueueFamilyProperties* told) {
        Overlay::below<PFN_vkGetPhysicalDeviceQueueFamilyProperties>("vkGetPhysicalDeviceQueueFamilyProperties")(
            which, count, told);
        for (uint32_t i = 0; told && i < *count; ++i) told[i].timestampValidBits = 0;
      });
  Script script(overlay.loader());
  const auto one = device(script.loader());
  expectTimes(*one, false);
  EXPECT_EQ(script.calls(Function::vkCreateQueryPool), 0u);
}

// Of a screen's device a watchdog looks at each command buffer.
TEST_F(VulkanDeviceTest, WorkThatIsCutIntoSeveralCommandBuffersGivesTheSameResult) {
  Overlay overlay(driver());
  script::passFor(overlay, VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU);
  Script script(overlay.loader());
  const auto one = device(script.loader());
  gpu::DispatchList list = reversing(500, 7, one->limits().bindingAlignment);
  for (gpu::Dispatch& each : list.dispatches) each.operations = 1e15;  // seconds, for all that is known
  auto bound = bind(*one, list);
  ASSERT_TRUE(bound.ok()) << bound.status().message();
  EXPECT_EQ(script.calls(Function::vkBeginCommandBuffer), 7u);
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(runOnce(*one, bound.value(), 500).value(), counting(500, true));
  }
  expectTimes(*one, true);
}

TEST_F(VulkanDeviceTest, TheSelfCheckFindsThisDriverRightAndASpoiledOneWrong) {
  const auto one = device(driver());
  const auto verdict = gpu::selfCheck(*one, std::chrono::minutes(1));
  ASSERT_TRUE(verdict.ok()) << verdict.status().message();
  EXPECT_EQ(verdict.value(), "");
  static int count = 0;  // a driver that forgets its second dispatch
  count = 0;
  Overlay overlay(driver());
  overlay.put<PFN_vkCmdDispatch>("vkCmdDispatch", [](VkCommandBuffer commands, uint32_t x, uint32_t y, uint32_t z) {
    if (++count != 2) Overlay::below<PFN_vkCmdDispatch>("vkCmdDispatch")(commands, x, y, z);
  });
  const Status spoiled = open(overlay.loader(), DeviceOptions()).status();
  EXPECT_EQ(spoiled.code(), Code::DeviceLost);
  EXPECT_NE(spoiled.message().find("computes wrongly"), std::string::npos) << spoiled.message();
}

TEST_F(VulkanDeviceTest, SeveralThreadsWithExecutablesOfTheirOwnGetTheirOwnResults) {
  Script script(driver());
  {
    const auto one = device(script.loader());
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const int32_t count = 100 + t;
        auto bound = bind(*one, reversing(count, 3, one->limits().bindingAlignment));
        for (int i = 0; i < 20 && bound.ok(); ++i) {
          const auto values = runOnce(*one, bound.value(), count);
          if (!values.ok() || values.value() != counting(count, true)) ++wrong;
        }
        if (!bound.ok()) ++wrong;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanDeviceTest, NothingIsLeftBehindAndARunMakesNothing) {
  Script script(driver());
  {
    const auto one = device(script.loader());
    auto bound = bind(*one, reversing(300, 4, one->limits().bindingAlignment));
    ASSERT_TRUE(bound.ok());
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(runOnce(*one, bound.value(), 300).ok());
    const uint64_t recorded = script.calls(Function::vkCmdDispatch), fences = script.calls(Function::vkCreateFence);
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(runOnce(*one, bound.value(), 300).ok());
    EXPECT_EQ(script.calls(Function::vkCmdDispatch), recorded);
    EXPECT_LE(script.calls(Function::vkCreateFence), fences + 16);
    std::vector<Times> times;
    ASSERT_TRUE(bound.value().executable->runTimed(times).ok());
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanDeviceTest, EventsMayOutliveTheDevice) {
  Event event, run;
  {
    const auto one = device(driver());
    auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
    ASSERT_TRUE(bound.ok());
    run = bound.value().executable->run();
    event = one->upload(std::vector<std::byte>(256), bound.value().views[0]);
  }
  EXPECT_TRUE(event.ready() && run.ready());
  EXPECT_TRUE(event.wait().ok() && run.wait().ok());
}

// What goes out of scope while work that uses it is under way stays until that is done.
TEST_F(VulkanDeviceTest, WhatWorkUnderWayUsesOutlivesItsOwner) {
  Script script(driver());
  {
    const auto one = device(script.loader());
    script.hang();
    {
      auto bound = bind(*one, reversing(64, 3, one->limits().bindingAlignment));
      ASSERT_TRUE(bound.ok());
      static_cast<void>(bound.value().executable->run());
    }
    EXPECT_EQ(script.calls(Function::vkDestroyBuffer), 0u);
    EXPECT_EQ(script.calls(Function::vkDestroyDescriptorPool), 0u);
    script.resume();
    auto next = one->allocate(64);
    while (script.calls(Function::vkDestroyBuffer) < 3) next = one->allocate(64);
    EXPECT_EQ(script.calls(Function::vkDestroyDescriptorPool), 1u);
    EXPECT_TRUE(one->health().ok());
  }
  EXPECT_EQ(script.unbalanced(), "");
}

}  // namespace
}  // namespace trireme::vulkan
