#include <thread>

#include "delegates/gpu/self_check.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

class OpenClDeviceTest : public WithDriver {};

TEST_F(OpenClDeviceTest, WhatItSaysOfItselfIsUsable) {
  const auto one = device(driver());
  const gpu::GpuLimits& limits = one->limits();
  EXPECT_TRUE(limits.vectorWidth == 4 || limits.vectorWidth == 8 || limits.vectorWidth == 16);
  EXPECT_GE(limits.bindingAlignment, 64u);
  EXPECT_EQ(limits.bindingAlignment & (limits.bindingAlignment - 1), 0u);
  EXPECT_GE(limits.maxGroupSize, 1u);
  EXPECT_GE(limits.maxAllocation, size_t{1} << 20);
  EXPECT_TRUE(limits.halfStorage);
  EXPECT_FALSE(one->memory().hostVisible);
  EXPECT_EQ(one->memory().alignment, limits.bindingAlignment);
  EXPECT_FALSE(one->name().empty());
  EXPECT_TRUE(one->health().ok());
}

TEST_F(OpenClDeviceTest, BytesComeBackFromAnyOffset) {
  const auto one = device(driver());
  auto buffer = one->allocate(1000);
  ASSERT_TRUE(buffer.ok());
  EXPECT_EQ(buffer.value()->host(), nullptr);
  std::vector<std::byte> in(37), out(37);
  for (size_t i = 0; i < in.size(); ++i) in[i] = std::byte(uint8_t(i * 7));
  const BufferView view{buffer.value().get(), 963, 37};
  const Event up = one->upload(in, view), down = one->download(view, out);
  EXPECT_TRUE(down.wait().ok());
  EXPECT_TRUE(up.ready());
  EXPECT_EQ(in, out);
}

TEST_F(OpenClDeviceTest, NothingToMoveIsDoneAtOnce) {
  const auto one = device(driver());
  auto buffer = one->allocate(0);
  ASSERT_TRUE(buffer.ok());
  EXPECT_TRUE(one->upload({}, {buffer.value().get(), 0, 0}).wait().ok());
  EXPECT_TRUE(one->download({buffer.value().get(), 0, 0}, {}).wait().ok());
}

TEST_F(OpenClDeviceTest, WhatDoesNotFitOrBelongIsRefused) {
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

TEST_F(OpenClDeviceTest, MoreMemoryThanThereIsIsSaid) {
  const auto one = device(driver());
  const auto buffer = one->allocate(one->memory().maxAllocation + 1);
  EXPECT_EQ(buffer.status().code(), Code::OutOfMemory);
  EXPECT_NE(buffer.status().message().find("at most"), std::string::npos);
}

TEST_F(OpenClDeviceTest, AListRunsInOrderOverPartsOfBuffers) {
  const auto one = device(driver());
  for (const size_t steps : {1u, 2u, 7u}) {
    const gpu::DispatchList list = reversing(301, steps, one->limits().bindingAlignment);
    auto bound = bind(*one, list);
    ASSERT_TRUE(bound.ok()) << bound.status().message();
    const auto values = runOnce(*one, bound.value(), 301);
    ASSERT_TRUE(values.ok()) << values.status().message();
    EXPECT_EQ(values.value(), counting(301, steps % 2 == 1)) << steps;
  }
}

TEST_F(OpenClDeviceTest, AListWithoutDispatchesIsDoneWhenWhatWasBeforeItIs) {
  const auto one = device(driver());
  const gpu::DispatchList list;
  auto executable = one->build(list, {});
  ASSERT_TRUE(executable.ok());
  EXPECT_TRUE(executable.value()->run().wait().ok());
}

TEST_F(OpenClDeviceTest, ABindingThatIsNotAlignedIsRefused) {
  const auto one = device(driver());
  gpu::DispatchList list = reversing(64, 2, one->limits().bindingAlignment);
  list.buffers[2].bytes += 64;
  list.dispatches[0].bindings[1].offset = list.dispatches[1].bindings[0].offset = 4;
  const auto bound = bind(*one, list);
  EXPECT_EQ(bound.status().code(), Code::InvalidArgument);
}

TEST_F(OpenClDeviceTest, TimesOfASubmissionLieBetweenItsQueueingAndItsEnd) {
  const auto one = device(driver());
  auto bound = bind(*one, reversing(4096, 5, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  ASSERT_TRUE(runOnce(*one, bound.value(), 4096).ok());
  const TimePoint before = std::chrono::steady_clock::now();
  const Event event = bound.value().executable->run();
  ASSERT_TRUE(event.wait().ok());
  const TimePoint after = std::chrono::steady_clock::now();
  const Times times = event.times();
  if (!times.deviceClock) GTEST_SKIP() << "this driver does not time its commands";
  EXPECT_GE(times.queued, before);
  EXPECT_LE(times.queued, times.begin);
  EXPECT_LE(times.begin, times.end);
  EXPECT_LE(times.end, after + std::chrono::milliseconds(1));
}

TEST_F(OpenClDeviceTest, ATimedRunGivesTheSameResultAndATimeADispatch) {
  const auto one = device(driver());
  auto bound = bind(*one, reversing(999, 5, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  const std::vector<float> in = counting(999, false);
  ASSERT_TRUE(one->upload(std::as_bytes(std::span(in)), bound.value().views[0]).wait().ok());
  std::vector<Times> times;
  const Status status = bound.value().executable->runTimed(times);
  ASSERT_TRUE(status.ok()) << status.message();
  ASSERT_EQ(times.size(), 5u);
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_TRUE(times[i].deviceClock);
    EXPECT_LE(times[i].begin, times[i].end);
    if (i > 0) {
      EXPECT_LE(times[i - 1].end, times[i].begin + std::chrono::microseconds(1));  // drivers round
    }
  }
  std::vector<float> out(999);
  ASSERT_TRUE(one->download(bound.value().views[1], std::as_writable_bytes(std::span(out))).wait().ok());
  EXPECT_EQ(out, counting(999, true));
}

TEST_F(OpenClDeviceTest, TheSelfCheckFindsThisDriverRightAndASpoiledOneWrong) {
  const auto one = device(driver());
  const auto verdict = gpu::selfCheck(*one, std::chrono::minutes(1));
  ASSERT_TRUE(verdict.ok()) << verdict.status().message();
  EXPECT_EQ(verdict.value(), "");
  // A driver that forgets its second dispatch.
  static const Api* real = nullptr;
  static int count = 0;
  real = &driver();
  count = 0;
  Api forgetful = driver();
  forgetful.clEnqueueNDRangeKernel = [](cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                        const size_t* offset, const size_t* global, const size_t* local, cl_uint waits,
                                        const cl_event* list, cl_event* event) {
    if (++count == 2) return cl_int{CL_SUCCESS};
    return real->clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global, local, waits, list, event);
  };
  DeviceOptions options = plain();
  options.selfCheck = true;
  const auto spoiled = OpenClDevice::create(forgetful, record(), options);
  ASSERT_FALSE(spoiled.ok());
  EXPECT_EQ(spoiled.status().code(), Code::DeviceLost);
  EXPECT_NE(spoiled.status().message().find("computes wrongly"), std::string::npos);
}

TEST_F(OpenClDeviceTest, SeveralThreadsWithExecutablesOfTheirOwnGetTheirOwnResults) {
  const auto one = device(driver());
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

TEST_F(OpenClDeviceTest, NothingIsLeftBehind) {
  Script script(driver());
  {
    const auto one = device(script.api());
    auto bound = bind(*one, reversing(300, 4, one->limits().bindingAlignment));
    ASSERT_TRUE(bound.ok());
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(runOnce(*one, bound.value(), 300).ok());
    std::vector<Times> times;
    ASSERT_TRUE(bound.value().executable->runTimed(times).ok());
  }
  EXPECT_EQ(script.unbalanced(), "");
  EXPECT_GT(script.calls(Function::clReleaseEvent), 600u);
}

TEST_F(OpenClDeviceTest, EventsMayOutliveTheDevice) {
  Event event;
  std::vector<std::byte> bytes(64);
  {
    const auto one = device(driver());
    auto buffer = one->allocate(64);
    event = one->upload(bytes, {buffer.value().get(), 0, 64});
    static_cast<void>(event.wait());
  }
  EXPECT_TRUE(event.ready());
  EXPECT_TRUE(event.wait().ok());
}

}  // namespace
}  // namespace trireme::opencl
