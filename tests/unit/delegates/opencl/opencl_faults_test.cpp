#include "tests/unit/delegates/opencl/opencl_fixture.h"

// A driver that fails at any call: a failure is said, nothing is left behind, and what comes next works.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

class OpenClFaultsTest : public WithDriver {
 protected:
  // Create, compile, bind, run, timed run: the failure, or Ok with the right result.
  Status everything(const Api& api, const std::filesystem::path& cache) const {
    DeviceOptions options;
    options.cacheFolder = cache;
    TRIREME_ASSIGN(std::unique_ptr<OpenClDevice> one, OpenClDevice::create(api, record(), options));
    TRIREME_ASSIGN(Bound bound, bind(*one, reversing(200, 3, one->limits().bindingAlignment)));
    TRIREME_ASSIGN(const std::vector<float> values, runOnce(*one, bound, 200));
    if (values != counting(200, true)) return Status::error(Code::Internal, "a wrong result without a failure");
    std::vector<Times> times;
    TRIREME_TRY(bound.executable->runTimed(times));
    return support::handOver(*one);
  }

  void expectEveryFailureIsSaid(const Api& api) const;
};

void OpenClFaultsTest::expectEveryFailureIsSaid(const Api& api) const {
  const TemporaryFolder folder;
  ASSERT_TRUE(everything(api, folder.path()).ok());  // from here on binaries are cached
  uint64_t calls = 0;
  {
    Script script(api);
    ASSERT_TRUE(everything(script.api(), folder.path()).ok());
    EXPECT_EQ(script.unbalanced(), "");
    if (keepsPrograms()) {
      EXPECT_EQ(script.calls(Function::clCreateProgramWithSource), 0u);
    }
    calls = script.calls();
  }
  ASSERT_GT(calls, 40u);
  uint64_t survived = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    Script script(api);
    script.failCall(n);
    const Status status = everything(script.api(), folder.path());
    EXPECT_NE(status.code(), Code::Internal) << n << " " << script.struck();
    EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
    EXPECT_TRUE(status.ok() || !status.message().empty());
    if (status.ok()) ++survived;
  }
  EXPECT_GT(survived, 0u);  // for one: a cached binary that is refused is compiled anew
  EXPECT_LT(survived, calls);
  EXPECT_TRUE(everything(api, folder.path()).ok());
}

TEST_F(OpenClFaultsTest, WhicheverCallFailsItIsSaidAndNothingIsLeftBehind) { expectEveryFailureIsSaid(driver()); }
TEST_F(OpenClFaultsTest, WhicheverCallOfADiscreteDeviceFailsItIsSaidAndNothingIsLeftBehind) {
  expectEveryFailureIsSaid(script::asDiscreteGpu(driver()));
}

TEST_F(OpenClFaultsTest, ACommandThatEndsBadlyLosesTheDeviceForGood) {
  static const Api* real = nullptr;
  real = &driver();
  static bool bad = false;
  bad = false;
  Api api = driver();
  api.clGetEventInfo = [](cl_event event, cl_event_info what, size_t bytes, void* value, size_t* needed) {
    const cl_int code = real->clGetEventInfo(event, what, bytes, value, needed);
    if (bad && *static_cast<cl_int*>(value) == CL_COMPLETE) *static_cast<cl_int*>(value) = CL_OUT_OF_RESOURCES;
    return code;
  };
  const auto one = device(api);
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  ASSERT_TRUE(runOnce(*one, bound.value(), 64).ok());
  bad = true;
  const Status status = bound.value().executable->run().wait();
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find("CL_OUT_OF_RESOURCES"), std::string::npos);
  bad = false;
  EXPECT_EQ(one->health().code(), Code::DeviceLost);
  EXPECT_EQ(bound.value().executable->run().wait().code(), Code::DeviceLost);
  EXPECT_EQ(one->compile(keysOf(reversing(64, 1, 64))).code(), Code::DeviceLost);
}

TEST_F(OpenClFaultsTest, ALostDeviceIsNotCalledForNewWork) {
  Script script(driver());
  const auto one = device(script.api());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  script.failCall(Function::clEnqueueNDRangeKernel, 2, CL_OUT_OF_RESOURCES);
  const Status status = bound.value().executable->run().wait();
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find("CL_OUT_OF_RESOURCES"), std::string::npos) << status.message();
  const uint64_t before = script.calls();
  EXPECT_EQ(runOnce(*one, bound.value(), 64).status().code(), Code::DeviceLost);
  EXPECT_EQ(script.calls(), before);
}

TEST_F(OpenClFaultsTest, WantOfMemoryAtOneSubmissionIsThatSubmissionsFailureAlone) {
  Script script(driver());
  const auto one = device(script.api());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  script.failCall(Function::clEnqueueNDRangeKernel, 2, CL_MEM_OBJECT_ALLOCATION_FAILURE);
  EXPECT_EQ(bound.value().executable->run().wait().code(), Code::OutOfMemory);
  EXPECT_TRUE(one->health().ok());
  const auto values = runOnce(*one, bound.value(), 64);
  ASSERT_TRUE(values.ok()) << values.status().message();
  EXPECT_EQ(values.value(), counting(64, false));
}

TEST_F(OpenClFaultsTest, NoMemoryForABufferIsSaidWithItsSize) {
  Script script(driver());
  const auto one = device(script.api());
  script.failCall(Function::clCreateBuffer, 1, CL_MEM_OBJECT_ALLOCATION_FAILURE);
  const auto buffer = one->allocate(12345);
  EXPECT_EQ(buffer.status().code(), Code::OutOfMemory);
  EXPECT_NE(buffer.status().message().find("12345"), std::string::npos);
}

TEST_F(OpenClFaultsTest, AWaitForADeviceThatHangsEndsAtItsDeadline) {
  Script script(driver());
  DeviceOptions options = plain();
  options.patience = std::chrono::milliseconds(300);
  Event event;
  {
    const auto one = device(script.api(), options);
    auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
    ASSERT_TRUE(bound.ok());
    script.hang();
    event = bound.value().executable->run();
    const TimePoint before = std::chrono::steady_clock::now();
    EXPECT_EQ(event.wait(before + std::chrono::milliseconds(50)).code(), Code::DeadlineExceeded);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(50));
    EXPECT_FALSE(event.ready());
    EXPECT_TRUE(one->health().ok());  // only slow, so far
    EXPECT_EQ(event.wait(before + std::chrono::milliseconds(350)).code(), Code::DeadlineExceeded);
    EXPECT_EQ(one->health().code(), Code::DeadlineExceeded);
    script.resume();
    EXPECT_TRUE(event.wait().ok());  // it was only slow after all
    EXPECT_TRUE(one->health().ok());
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(OpenClFaultsTest, WhatADeviceThatHangsMayStillUseIsLeftToIt) {
  static const std::vector<std::byte> bytes(64);  // the driver reads it whenever it comes to it
  Script script(driver());
  DeviceOptions options = plain();
  options.patience = std::chrono::milliseconds(50);
  {
    const auto one = device(script.api(), options);
    auto buffer = one->allocate(64);
    ASSERT_TRUE(one->upload(bytes, {buffer.value().get(), 0, 64}).wait().ok());
    script.hang();
    static_cast<void>(one->upload(bytes, {buffer.value().get(), 0, 64}));
    buffer.value().reset();
  }
  EXPECT_NE(script.unbalanced().find("queue: 1"), std::string::npos) << script.unbalanced();
  EXPECT_NE(script.unbalanced().find("context: 1"), std::string::npos);
  script.resume();
}

TEST_F(OpenClFaultsTest, ACallbackThatNeverComesOnlyMakesAWaitSlower) {
  Script script(driver());
  const auto one = device(script.api());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  script.failFrom(Function::clSetEventCallback, 1, CL_OUT_OF_HOST_MEMORY);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(runOnce(*one, bound.value(), 64).ok());
}

TEST_F(OpenClFaultsTest, ADriverThatDoesNotAnswerAboutWorkIsAskedAgainAndThenLost) {
  Script script(driver());
  const auto one = device(script.api());
  auto bound = bind(*one, reversing(64, 2, one->limits().bindingAlignment));
  ASSERT_TRUE(bound.ok());
  script.failCall(Function::clGetEventInfo, 1, CL_OUT_OF_RESOURCES);
  EXPECT_TRUE(runOnce(*one, bound.value(), 64).ok());
  script.failFrom(Function::clGetEventInfo, 1, CL_INVALID_EVENT);
  EXPECT_EQ(runOnce(*one, bound.value(), 64).status().code(), Code::DeviceLost);
}

}  // namespace
}  // namespace trireme::opencl
