#include <thread>

#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

// A driver that fails at any call: a failure is said, nothing is left behind, and what comes next works.
namespace trireme::vulkan {
namespace {

using script::Function;
using script::Script;

class VulkanFaultsTest : public WithDriver {
 protected:
  // Create, compile, bind, run, timed run: the failure, or Ok with the right result.
  static Status everything(Loader loader, const std::filesystem::path& cache) {
    DeviceOptions options;
    options.cacheFolder = cache;
    TRIREME_ASSIGN(std::unique_ptr<VulkanDevice> one, open(loader, options));
    TRIREME_ASSIGN(Bound bound, bind(*one, reversing(200, 3, one->limits().bindingAlignment)));
    TRIREME_ASSIGN(const std::vector<float> values, runOnce(*one, bound, 200));
    if (values != counting(200, true)) return Status::error(Code::Internal, "a wrong result without a failure");
    std::vector<Times> times;
    TRIREME_TRY(bound.executable->runTimed(times));
    return support::handOver(*one);
  }
  void expectEveryFailureIsSaid(Loader loader) const;
};

void VulkanFaultsTest::expectEveryFailureIsSaid(Loader loader) const {
  const TemporaryFolder folder;
  ASSERT_TRUE(everything(loader, folder.path()).ok());  // from here on pipelines are cached
  uint64_t calls = 0;
  {
    Script script(loader);
    ASSERT_TRUE(everything(script.loader(), folder.path()).ok());
    EXPECT_EQ(script.unbalanced(), "");
    calls = script.calls();
  }
  ASSERT_GT(calls, 40u);
  uint64_t survived = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    Script script(loader);
    script.failCall(n);
    const Status status = everything(script.loader(), folder.path());
    EXPECT_NE(status.code(), Code::Internal) << n << " " << script.struck();
    EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
    EXPECT_TRUE(status.ok() || !status.message().empty());
    if (status.ok()) ++survived;
  }
  EXPECT_GT(survived, 0u);  // for one: without a cache of pipelines they are compiled anew
  EXPECT_LT(survived, calls);
  EXPECT_TRUE(everything(loader, folder.path()).ok());
}

TEST_F(VulkanFaultsTest, WhicheverCallFailsItIsSaidAndNothingIsLeftBehind) { expectEveryFailureIsSaid(driver()); }
TEST_F(VulkanFaultsTest, WhicheverCallOfADiscreteDeviceFailsItIsSaidAndNothingIsLeftBehind) {
  script::Overlay overlay(driver());
  script::passFor(overlay, VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  expectEveryFailureIsSaid(overlay.loader());
}

struct Ready {
  std::unique_ptr<VulkanDevice> device;
  Bound bound;
};
Ready ready(std::unique_ptr<VulkanDevice> device) {
  auto bound = bind(*device, reversing(64, 2, device->limits().bindingAlignment));
  EXPECT_TRUE(bound.ok()) << bound.status().message();
  return {std::move(device), std::move(bound).value()};
}

TEST_F(VulkanFaultsTest, ALossAtASubmissionIsForGoodAndTheDeviceIsNotCalledForNewWork) {
  Script script(driver());
  {
    auto [one, bound] = ready(device(script.loader()));
    ASSERT_TRUE(runOnce(*one, bound, 64).ok());
    script.failCall(Function::vkQueueSubmit, 1, VK_ERROR_DEVICE_LOST);
    const Status status = bound.executable->run().wait();
    EXPECT_EQ(status.code(), Code::DeviceLost);
    EXPECT_NE(status.message().find("VK_ERROR_DEVICE_LOST"), std::string::npos) << status.message();
    const uint64_t before = script.calls();
    EXPECT_EQ(runOnce(*one, bound, 64).status().code(), Code::DeviceLost);
    EXPECT_EQ(one->compile(keysOf(reversing(64, 1, 64))).code(), Code::DeviceLost);
    EXPECT_EQ(one->health().code(), Code::DeviceLost);
    EXPECT_EQ(script.calls(), before);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

// What was under way is not trusted either, though its fences may be signalled.
TEST_F(VulkanFaultsTest, ALossAtAFenceOrAtAWaitEndsAllThatIsUnderWayBadly) {
  for (const Function where : {Function::vkGetFenceStatus, Function::vkWaitForFences}) {
    Script script(driver());
    {
      auto [one, bound] = ready(device(script.loader()));
      script.hang();
      const Event first = bound.executable->run(), second = one->upload(std::vector<std::byte>(256), bound.views[0]);
      script.resume();
      std::vector<std::byte> out(256, std::byte{7});
      const Event third = one->download(bound.views[1], out);
      script.failCall(where, 1, VK_ERROR_DEVICE_LOST);
      Status last;
      for (const Event* event : {&first, &second, &third}) last = event->wait();
      // A wait that is not needed is not made: then nothing was lost.
      if (script.struck().empty()) continue;
      EXPECT_EQ(last.code(), Code::DeviceLost) << script.struck();
      EXPECT_EQ(one->health().code(), Code::DeviceLost) << script.struck();
      EXPECT_EQ(out, std::vector<std::byte>(256, std::byte{7}));
    }
    EXPECT_EQ(script.unbalanced(), "") << script::functionName(where);
  }
}

TEST_F(VulkanFaultsTest, MemoryOfADeviceThatIsFoundLostIsNotReadByTheHostEither) {
  Script script(driver());
  auto [one, bound] = ready(device(script.loader()));
  static_cast<void>(bound.executable->run());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // long enough, mostly, for it to be done
  script.failCall(Function::vkGetFenceStatus, 1, VK_ERROR_DEVICE_LOST);
  std::vector<std::byte> out(256);
  EXPECT_EQ(one->download(bound.views[1], out).wait().code(), Code::DeviceLost);
}

TEST_F(VulkanFaultsTest, WantOfMemoryAtOneSubmissionIsThatSubmissionsFailureAlone) {
  Script script(driver());
  auto [one, bound] = ready(device(script.loader()));
  script.failCall(Function::vkQueueSubmit, 1, VK_ERROR_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(bound.executable->run().wait().code(), Code::OutOfMemory);
  EXPECT_TRUE(one->health().ok());
  const auto values = runOnce(*one, bound, 64);
  ASSERT_TRUE(values.ok()) << values.status().message();
  EXPECT_EQ(values.value(), counting(64, false));
}

TEST_F(VulkanFaultsTest, AWaitForADeviceThatHangsEndsAtItsDeadline) {
  Script script(driver());
  DeviceOptions options = plain();
  options.patience = std::chrono::milliseconds(300);
  {
    auto [one, bound] = ready(device(script.loader(), options));
    script.hang();
    const Event event = bound.executable->run();
    const TimePoint before = std::chrono::steady_clock::now();
    EXPECT_EQ(event.wait(before + std::chrono::milliseconds(50)).code(), Code::DeadlineExceeded);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(50));
    EXPECT_FALSE(event.ready());
    EXPECT_EQ(event.wait(before + std::chrono::milliseconds(350)).code(), Code::DeadlineExceeded);
    EXPECT_EQ(one->health().code(), Code::DeadlineExceeded);
    script.resume();
    EXPECT_TRUE(event.wait().ok());  // it was only slow after all
    EXPECT_TRUE(one->health().ok());
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(VulkanFaultsTest, WhatADeviceThatHangsMayStillUseIsLeftToIt) {
  Script script(driver());
  DeviceOptions options = plain();
  options.patience = std::chrono::milliseconds(50);
  {
    auto [one, bound] = ready(device(script.loader(), options));
    script.hang();
    static_cast<void>(bound.executable->run());
    std::vector<std::byte> bytes(256);
    static_cast<void>(one->upload(bytes, bound.views[0]));
    bound = Bound();
  }
  const std::string left = script.unbalanced();
  for (const std::string_view kind : {"Instance: 1", "Device: 1", "Buffer: 4", "CommandPool: 2", "DescriptorPool: 1"}) {
    EXPECT_NE(left.find(kind), std::string::npos) << kind << " in\n" << left;
  }
  EXPECT_EQ(left.find("destroyed"), std::string::npos) << left;
  script.resume();
}

// The two ways to ask about a fence stand in for each other.
TEST_F(VulkanFaultsTest, ADriverThatDoesNotAnswerAboutAFenceInOneWayIsAskedInTheOther) {
  Script script(driver());
  auto [one, bound] = ready(device(script.loader()));
  for (const Function silent : {Function::vkWaitForFences, Function::vkGetFenceStatus}) {
    script.failFrom(silent, 1, VK_ERROR_OUT_OF_HOST_MEMORY);
    const auto values = runOnce(*one, bound, 64);
    ASSERT_TRUE(values.ok()) << values.status().message();
    EXPECT_EQ(values.value(), counting(64, false));
    EXPECT_TRUE(one->health().ok());
  }
}

TEST_F(VulkanFaultsTest, ADriverThatAnswersInNeitherWayCountsAsLostButNotAsDone) {
  static std::atomic<bool> silent{false};
  script::Overlay overlay(driver());
  overlay.put<PFN_vkGetFenceStatus>("vkGetFenceStatus", [](VkDevice which, VkFence fence) {
    if (silent) return VK_ERROR_OUT_OF_HOST_MEMORY;
    return script::Overlay::below<PFN_vkGetFenceStatus>("vkGetFenceStatus")(which, fence);
  });
  Script script(overlay.loader());
  {
    auto [one, bound] = ready(device(script.loader()));
    silent = true;
    script.failFrom(Function::vkWaitForFences, 1, VK_ERROR_OUT_OF_DEVICE_MEMORY);
    const Event event = bound.executable->run();
    const TimePoint soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_EQ(event.wait(soon).code(), Code::DeadlineExceeded);
    EXPECT_EQ(one->health().code(), Code::DeviceLost);
    EXPECT_FALSE(event.ready());
    silent = false;
    EXPECT_EQ(event.wait().code(), Code::DeviceLost);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

}  // namespace
}  // namespace trireme::vulkan
