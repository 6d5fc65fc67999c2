#pragma once

#include <thread>

#include "tests/unit/delegates/faults/fault_fixture.h"

// What becomes of a device that is lost, or that hangs.
namespace trireme::faults {

using std::chrono::milliseconds;

template <class World>
class LossesTest : public WithFaults<World> {
 protected:
  bool hangsFrom(uint64_t nth, milliseconds patience) const;
  // An interpreter over a device that is lost in its first inference; the answer is the CPU's all the same.
  std::unique_ptr<Interpreter> lose(typename World::Script& script, const std::shared_ptr<Delegate>& delegate) const {
    auto interpreter = Interpreter::create(this->small_.model(), SmallInference::over(delegate));
    EXPECT_TRUE(interpreter.ok()) << interpreter.status().message();
    if (!interpreter.ok()) return nullptr;
    script.failCall(World::kSubmit, 1, World::kLost);
    EXPECT_EQ(this->small_.inferOnce(*interpreter.value()), "");
    EXPECT_EQ(interpreter.value()->faults().size(), 1u);
    EXPECT_EQ(delegate->device().health().code(), Code::DeviceLost);
    return std::move(interpreter).value();
  }
  static size_t nodesOf(const Interpreter& one) {
    return support::nodesPerDelegate(one.compiled())[std::string(World::kName)];
  }
};
TYPED_TEST_SUITE_P(LossesTest);

// Waits until all that was given up was given back: what was buried ends when the device does.
template <class Script>
std::string unbalancedInTheEnd(const Script& script) {
  for (int i = 0; i < 500 && !script.unbalanced().empty(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return script.unbalanced();
}

TYPED_TEST_P(LossesTest, AfterALossTheNextInterpreterRunsOnAFreshDevice) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    const auto first = this->lose(script, made.value());
    const Device* const lost = &made.value()->device();
    EXPECT_EQ(script.calls(TypeParam::kOpen), 1u);  // the frame that failed has not waited for a new one
    EXPECT_GT(this->small_.nodesOn(made.value()), 0u);
    EXPECT_EQ(script.calls(TypeParam::kOpen), 2u);
    EXPECT_NE(&made.value()->device(), lost);
    EXPECT_TRUE(made.value()->device().health().ok());
    EXPECT_EQ(lost->health().code(), Code::DeviceLost);
    EXPECT_EQ(this->small_.infer(made.value()), "");
    EXPECT_EQ(this->small_.inferOnce(*first), "");  // on the CPU, as before
    EXPECT_EQ(script.calls(TypeParam::kOpen), 2u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TYPED_TEST_P(LossesTest, RetryDelegatesTakesTheInterpreterItselfToAFreshDevice) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    const auto one = this->lose(script, made.value());
    EXPECT_EQ(this->nodesOf(*one), 0u);
    EXPECT_TRUE(one->retryDelegates().ok());
    EXPECT_GT(this->nodesOf(*one), 0u);
    EXPECT_EQ(this->small_.inferOnce(*one), "");
    EXPECT_EQ(one->faults().size(), 1u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

// What another interpreter compiled for the lost device stays with it, and fails there, not on the new one.
TYPED_TEST_P(LossesTest, AnInterpreterThatWasMadeBeforeTheLossGivesTheLostDeviceUpAndAnswers) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    const Options options = SmallInference::over(made.value());
    auto other = Interpreter::create(this->small_.model(), options);
    ASSERT_TRUE(other.ok());
    const auto shared = CompiledModel::create(this->small_.model(), options);
    ASSERT_TRUE(shared.ok()) << shared.status().message();
    static_cast<void>(this->lose(script, made.value()));
    EXPECT_GT(this->small_.nodesOn(made.value()), 0u);  // a fresh device is there
    EXPECT_EQ(this->small_.inferOnce(*other.value()), "");
    ASSERT_EQ(other.value()->faults().size(), 1u);
    EXPECT_EQ(other.value()->faults()[0].status.code(), Code::DeviceLost);
    auto late = Interpreter::create(shared.value());
    ASSERT_TRUE(late.ok()) << late.status().message();
    ASSERT_EQ(late.value()->faults().size(), 1u);
    EXPECT_EQ(late.value()->faults()[0].status.code(), Code::DeviceLost);
    EXPECT_EQ(this->small_.inferOnce(*late.value()), "");
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TYPED_TEST_P(LossesTest, ADeviceThatCannotBeOpenedAgainStaysLostAndIsTriedAtTheNextInterpreter) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    static_cast<void>(this->lose(script, made.value()));
    script.failCall(TypeParam::kOpen, 1, TypeParam::kNotOpened);
    EXPECT_EQ(this->small_.nodesOn(made.value()), 0u);
    EXPECT_EQ(this->small_.infer(made.value()), "");
    EXPECT_GT(this->small_.nodesOn(made.value()), 0u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TYPED_TEST_P(LossesTest, ADeviceThatIsLostTimeAndAgainIsGivenUp) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    script.failFrom(TypeParam::kSubmit, 1, TypeParam::kLost);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(this->small_.infer(made.value()), "");
    EXPECT_EQ(script.calls(TypeParam::kOpen), 8u);
  }
  EXPECT_EQ(script.unbalanced(), "");
}

TYPED_TEST_P(LossesTest, ADeviceThatHangsIsLeftBehindAndTheAnswerComes) {
  typename TypeParam::Script script(this->world_.driver());
  auto made = this->delegate(script);
  ASSERT_TRUE(made.ok());
  {
    Options options = SmallInference::over(made.value());
    options.setDeviceTimeout(milliseconds(300));
    auto interpreter = Interpreter::create(this->small_.model(), options);
    ASSERT_TRUE(interpreter.ok());
    script.hang();
    EXPECT_EQ(this->small_.inferOnce(*interpreter.value()), "");
    EXPECT_FALSE(interpreter.value()->faults().empty());
    script.resume();
  }
  made = DelegateResult(Status());
  EXPECT_EQ(unbalancedInTheEnd(script), "");  // while the script is there
}

// A device that hangs from its n-th submission on, and counts as hung after `patience`. False: the machine was so slow
// that it counted as hung before.
template <class World>
bool LossesTest<World>::hangsFrom(uint64_t nth, milliseconds patience) const {
  typename World::Script script(this->world_.driver());
  script.hangFrom(World::kNextSubmit, nth);
  const auto hurried = [&](const std::shared_ptr<Delegate>& device) {
    return SmallInference::over(device).setDeviceTimeout(patience);
  };
  auto made = this->delegate(script, false, patience);
  std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
  EXPECT_EQ(this->small_.inferWith(hurried(device)), "") << "from submission " << nth;
  const bool hung = script.hanging();
  EXPECT_EQ(this->small_.inferWith(hurried(device)), "") << "the next one, after " << nth;
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
TYPED_TEST_P(LossesTest, WhereverADeviceBeginsToHangTheAnswerComes) {
  using Script = typename TypeParam::Script;
  const uint64_t submissions = this->countCalls(
      this->world_.driver(), false, [](const Script& script) { return script.calls(TypeParam::kNextSubmit); });
  ASSERT_GE(submissions, TypeParam::kLeastSubmissions);
  for (uint64_t nth = 1; nth <= submissions; ++nth) {
    bool hung = false;
    for (int patience = 40; !hung && patience <= 40 * 64; patience *= 4) {
      hung = this->hangsFrom(nth, milliseconds(patience));
    }
    EXPECT_TRUE(hung) << "submission " << nth;
  }
}

// The check at first use computes with memory of its own on the host, which a device that hangs may still write.
TYPED_TEST_P(LossesTest, ADeviceThatHangsWhileItIsCheckedIsRefused) {
  typename TypeParam::Script script(this->world_.driver());
  script.hang();
  const auto made = TypeParam::make(script, GpuOptions(), false, milliseconds(20));
  EXPECT_EQ(made.status().code(), Code::DeadlineExceeded) << made.status().message();
  script.resume();
}

REGISTER_TYPED_TEST_SUITE_P(LossesTest, AfterALossTheNextInterpreterRunsOnAFreshDevice,
                            RetryDelegatesTakesTheInterpreterItselfToAFreshDevice,
                            AnInterpreterThatWasMadeBeforeTheLossGivesTheLostDeviceUpAndAnswers,
                            ADeviceThatCannotBeOpenedAgainStaysLostAndIsTriedAtTheNextInterpreter,
                            ADeviceThatIsLostTimeAndAgainIsGivenUp, ADeviceThatHangsIsLeftBehindAndTheAnswerComes,
                            WhereverADeviceBeginsToHangTheAnswerComes, ADeviceThatHangsWhileItIsCheckedIsRefused);

}  // namespace trireme::faults
