#include <thread>

#include "tests/unit/delegates/opencl/inference_fixture.h"

// What becomes of a device that is lost, or that hangs.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;
using std::chrono::milliseconds;

class OpenClLossesTest : public WithModel {
 protected:
  bool hangsFrom(uint64_t nth, milliseconds patience);
  // An interpreter over a device that is lost in its first inference; the answer is the CPU's all the same.
  std::unique_ptr<Interpreter> lose(Script& script, const std::shared_ptr<Delegate>& delegate) const {
    auto interpreter = Interpreter::create(model(), over(delegate));
    EXPECT_TRUE(interpreter.ok()) << interpreter.status().message();
    if (!interpreter.ok()) return nullptr;
    script.failCall(Function::clEnqueueNDRangeKernel, 1, CL_OUT_OF_RESOURCES);
    EXPECT_EQ(inferOnce(*interpreter.value()), "");
    EXPECT_EQ(interpreter.value()->faults().size(), 1u);
    EXPECT_EQ(delegate->device().health().code(), Code::DeviceLost);
    return std::move(interpreter).value();
  }
};

// Waits until all that was given up was given back: what was buried ends when the device does.
std::string unbalancedInTheEnd(const Script& script) {
  for (int i = 0; i < 500 && !script.unbalanced().empty(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return script.unbalanced();
}

TEST_F(OpenClLossesTest, AfterALossTheNextInterpreterRunsOnAFreshDevice) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    const auto first = lose(script, made.value());
    const Device* const lost = &made.value()->device();
    EXPECT_EQ(script.calls(Function::clCreateContext), 1u);  // the frame that failed has not waited for a new one
    EXPECT_GT(nodesOn(made.value()), 0u);
    EXPECT_EQ(script.calls(Function::clCreateContext), 2u);
    EXPECT_NE(&made.value()->device(), lost);
    EXPECT_TRUE(made.value()->device().health().ok());
    EXPECT_EQ(lost->health().code(), Code::DeviceLost);
    EXPECT_EQ(infer(made.value()), "");
    EXPECT_EQ(inferOnce(*first), "");  // on the CPU, as before
    EXPECT_EQ(script.calls(Function::clCreateContext), 2u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(OpenClLossesTest, RetryDelegatesTakesTheInterpreterItselfToAFreshDevice) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    const auto one = lose(script, made.value());
    EXPECT_EQ(support::nodesPerDelegate(one->compiled())["opencl"], 0u);
    EXPECT_TRUE(one->retryDelegates().ok());
    EXPECT_GT(support::nodesPerDelegate(one->compiled())["opencl"], 0u);
    EXPECT_EQ(inferOnce(*one), "");
    EXPECT_EQ(one->faults().size(), 1u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

// What another interpreter compiled for the lost device stays with it, and fails there, not on the new one.
TEST_F(OpenClLossesTest, AnInterpreterThatWasMadeBeforeTheLossGivesTheLostDeviceUpAndAnswers) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    auto other = Interpreter::create(model(), over(made.value()));
    ASSERT_TRUE(other.ok());
    const auto shared = CompiledModel::create(model(), over(made.value()));
    ASSERT_TRUE(shared.ok()) << shared.status().message();
    static_cast<void>(lose(script, made.value()));
    EXPECT_GT(nodesOn(made.value()), 0u);  // a fresh device is there
    EXPECT_EQ(inferOnce(*other.value()), "");
    ASSERT_EQ(other.value()->faults().size(), 1u);
    EXPECT_EQ(other.value()->faults()[0].status.code(), Code::DeviceLost);
    auto late = Interpreter::create(shared.value());
    ASSERT_TRUE(late.ok()) << late.status().message();
    ASSERT_EQ(late.value()->faults().size(), 1u);
    EXPECT_EQ(late.value()->faults()[0].status.code(), Code::DeviceLost);
    EXPECT_EQ(inferOnce(*late.value()), "");
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(OpenClLossesTest, ADeviceThatCannotBeOpenedAgainStaysLostAndIsTriedAtTheNextInterpreter) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    static_cast<void>(lose(script, made.value()));
    script.failCall(Function::clCreateContext, 1, CL_DEVICE_NOT_AVAILABLE);
    EXPECT_EQ(nodesOn(made.value()), 0u);
    EXPECT_EQ(infer(made.value()), "");
    EXPECT_GT(nodesOn(made.value()), 0u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(OpenClLossesTest, ADeviceThatIsLostTimeAndAgainIsGivenUp) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    script.failFrom(Function::clEnqueueNDRangeKernel, 1, CL_OUT_OF_RESOURCES);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(infer(made.value()), "");
    EXPECT_EQ(script.calls(Function::clCreateContext), 8u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TEST_F(OpenClLossesTest, ADeviceThatHangsIsLeftBehindAndTheAnswerComes) {
  Script script(driver());
  auto made = delegate(script.api());
  ASSERT_TRUE(made.ok());
  {
    Options options = over(made.value());
    options.setDeviceTimeout(milliseconds(300));
    auto interpreter = Interpreter::create(model(), options);
    ASSERT_TRUE(interpreter.ok());
    script.hang();
    EXPECT_EQ(inferOnce(*interpreter.value()), "");
    EXPECT_FALSE(interpreter.value()->faults().empty());
    script.resume();
  }
  made = DelegateResult(Status());
  EXPECT_EQ(unbalancedInTheEnd(script), "");  // while the script is there
}

// A device that hangs from its n-th submission on, and counts as hung after `patience`. False: the machine was so slow
// that it counted as hung before.
bool OpenClLossesTest::hangsFrom(uint64_t nth, milliseconds patience) {
  Script script(driver());
  script.hangFrom(Function::clFlush, nth);
  auto made = delegate(script.api(), false, patience);
  std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
  EXPECT_EQ(inferWith(over(device).setDeviceTimeout(patience)), "") << "from submission " << nth;
  const bool hung = script.hanging();
  EXPECT_EQ(inferWith(over(device).setDeviceTimeout(patience)), "") << "the next one, after " << nth;
  script.resume();
  const bool opened = device != nullptr;
  const std::weak_ptr<Delegate> buried = device;
  device.reset();
  for (int i = 0; i < 500 && !buried.expired(); ++i) std::this_thread::sleep_for(milliseconds(10));
  if (opened) {
    EXPECT_EQ(unbalancedInTheEnd(script), "") << "from submission " << nth;
  }
  return hung;
}

// From any submission on, of opening, compiling, binding and running, nothing ends any more.
TEST_F(OpenClLossesTest, WhereverADeviceBeginsToHangTheAnswerComes) {
  const uint64_t submissions =
      countCalls(driver(), false, [](const Script& script) { return script.calls(Function::clFlush); });
  ASSERT_GT(submissions, 5u);
  for (uint64_t nth = 1; nth <= submissions; ++nth) {
    bool hung = false;
    for (int patience = 40; !hung && patience <= 40 * 64; patience *= 4) hung = hangsFrom(nth, milliseconds(patience));
    EXPECT_TRUE(hung) << "submission " << nth;
  }
}

// The check at first use computes with memory of its own on the host, which a device that hangs may still write.
TEST_F(OpenClLossesTest, ADeviceThatHangsWhileItIsCheckedIsRefused) {
  Script script(driver());
  script.hang();
  GpuOptions options;
  const auto made = makeDelegate(script.api(), options, false, milliseconds(20));
  EXPECT_EQ(made.status().code(), Code::DeadlineExceeded) << made.status().message();
  script.resume();
}

TEST_F(OpenClLossesTest, AMappingWithoutAnAddressIsAFailure) {
  Script script(driver());
  const auto one = device(script.api());
  const size_t unit = one->memory().importAlignment;
  if (unit == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const std::unique_ptr<std::byte, decltype(&std::free)> arena(static_cast<std::byte*>(std::aligned_alloc(unit, unit)),
                                                               std::free);
  auto imported = one->import({arena.get(), unit});
  ASSERT_TRUE(imported.ok()) << imported.status().message();
  script.failCall(Function::clEnqueueMapBuffer, 1, CL_SUCCESS);
  EXPECT_EQ(one->release({imported.value().get(), 0, 64}).wait().code(), Code::DeviceLost);
}

}  // namespace
}  // namespace trireme::opencl
