#pragma once

#include "tests/unit/delegates/faults/fault_fixture.h"

// Whole inferences over the CPU and a driver that fails at any call: the right answer all the same.
namespace trireme::faults {

template <class World>
class InferenceTest : public WithFaults<World> {
 protected:
  template <class Driver>
  void expectTheAnswerWhicheverCallFails(Driver&& driver) const;
};
TYPED_TEST_SUITE_P(InferenceTest);

TYPED_TEST_P(InferenceTest, ADeviceTakesItsShareAndGivesTheCpusBits) {
  typename TypeParam::Script script(this->world_.driver());
  {
    auto made = this->delegate(script);
    ASSERT_TRUE(made.ok()) << made.status().message();
    EXPECT_GT(this->small_.nodesOn(made.value()), 0u);
    EXPECT_EQ(this->small_.infer(made.value()), "");
  }
  EXPECT_EQ(script.unbalanced(), "");
}

template <class World>
template <class Driver>
void InferenceTest<World>::expectTheAnswerWhicheverCallFails(Driver&& driver) const {
  using Script = typename World::Script;
  const uint64_t calls = this->countCalls(driver, false, [](const Script& script) { return script.calls(); });
  ASSERT_GT(calls, 60u);
  const SmallInference& small = this->small_;
  for (uint64_t n = 1; n <= calls; ++n) {
    Script script(driver);
    script.failCall(n);
    {
      const std::shared_ptr<Delegate> device = this->delegateOrNone(script);
      EXPECT_EQ(small.infer(device), "") << "call " << n << ": " << script.struck();
      EXPECT_EQ(small.infer(device), "") << "the next interpreter, after call " << n << ": " << script.struck();
      if (device) {
        EXPECT_GT(small.nodesOn(device), 0u) << "the one after that, on the device, after " << n << script.struck();
      }
    }
    EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
  }
}

TYPED_TEST_P(InferenceTest, WhicheverCallFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  this->expectTheAnswerWhicheverCallFails(this->world_.driver());
}
TYPED_TEST_P(InferenceTest, WhicheverCallOfADiscreteDeviceFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  this->expectTheAnswerWhicheverCallFails(this->world_.discrete());
}

// While prices are measured there are thousands of calls, many alike: the first ones of each function are taken, and
// some further on.
TYPED_TEST_P(InferenceTest, WhateverFailsWhilePricesAreMeasuredTheAnswerIsRightAndTheNextInterpreterWorks) {
  using Function = typename TypeParam::Function;
  const std::vector<uint64_t> calls = this->callsByFunction(true);
  for (size_t f = 0; f < calls.size(); ++f) {
    const std::vector<int> codes = TypeParam::codes(Function(f));
    for (uint64_t nth = 2; !codes.empty() && nth <= calls[f]; nth *= 40) {
      this->forgetRates();
      typename TypeParam::Script script(this->world_.driver());
      script.failCall(Function(f), nth, codes[0]);
      {
        const std::shared_ptr<Delegate> device = this->delegateOrNone(script, true);
        EXPECT_EQ(this->small_.infer(device), "") << nth << ": " << script.struck();
        EXPECT_EQ(this->small_.infer(device), "") << "the next interpreter, after " << nth << ": " << script.struck();
      }
      EXPECT_EQ(script.unbalanced(), "") << nth << ": " << script.struck();
    }
  }
}

TYPED_TEST_P(InferenceTest, UnderStrictAFailureIsReturned) {
  typename TypeParam::Script script(this->world_.driver());
  auto made = this->delegate(script);
  ASSERT_TRUE(made.ok());
  auto interpreter = Interpreter::create(this->small_.model(), SmallInference::over(made.value(), true));
  ASSERT_TRUE(interpreter.ok());
  script.failFrom(TypeParam::kSubmit, 1, TypeParam::kLost);
  const Status status = support::invoke(*interpreter.value(), this->small_.inputs()).status;
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find(TypeParam::kName), std::string::npos) << status.message();
}

REGISTER_TYPED_TEST_SUITE_P(InferenceTest, ADeviceTakesItsShareAndGivesTheCpusBits,
                            WhicheverCallFailsTheAnswerIsRightAndTheNextInterpreterWorks,
                            WhicheverCallOfADiscreteDeviceFailsTheAnswerIsRightAndTheNextInterpreterWorks,
                            WhateverFailsWhilePricesAreMeasuredTheAnswerIsRightAndTheNextInterpreterWorks,
                            UnderStrictAFailureIsReturned);

}  // namespace trireme::faults
