#include <thread>

#include "tests/unit/delegates/opencl/inference_fixture.h"

// Whole inferences over the CPU and a driver that fails at any call: the right answer all the same.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

class OpenClInferenceTest : public WithModel {
 protected:
  void expectTheAnswerWhicheverCallFails(const Api& api) const;
};

TEST_F(OpenClInferenceTest, ADeviceTakesItsShareAndGivesTheCpusBits) {
  Script script(driver());
  {
    auto made = delegate(script.api());
    ASSERT_TRUE(made.ok()) << made.status().message();
    EXPECT_GT(nodesOn(made.value()), 0u);
    EXPECT_EQ(infer(made.value()), "");
  }
  EXPECT_EQ(script.unbalanced(), "");
}

void OpenClInferenceTest::expectTheAnswerWhicheverCallFails(const Api& api) const {
  const uint64_t calls = countCalls(api, false, [](const Script& script) { return script.calls(); });
  ASSERT_GT(calls, 60u);
  for (uint64_t n = 1; n <= calls; ++n) {
    Script script(api);
    script.failCall(n);
    {
      auto made = delegate(script.api());
      EXPECT_TRUE(made.ok() || !made.status().message().empty());
      const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
      EXPECT_EQ(infer(device), "") << "call " << n << ": " << script.struck();
      EXPECT_EQ(infer(device), "") << "the next interpreter, after call " << n << ": " << script.struck();
      if (device) {
        EXPECT_GT(nodesOn(device), 0u) << "the one after that, on the device, after " << n << ": " << script.struck();
      }
    }
    EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
  }
}

TEST_F(OpenClInferenceTest, WhicheverCallFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  expectTheAnswerWhicheverCallFails(driver());
}
TEST_F(OpenClInferenceTest, WhicheverCallOfADiscreteDeviceFailsTheAnswerIsRightAndTheNextInterpreterWorks) {
  expectTheAnswerWhicheverCallFails(script::asDiscreteGpu(driver()));
}

// While prices are measured there are thousands of calls, many alike: the first ones of each function are taken, and
// some further on.
TEST_F(OpenClInferenceTest, WhateverFailsWhilePricesAreMeasuredTheAnswerIsRightAndTheNextInterpreterWorks) {
  std::array<uint64_t, script::kFunctions> calls{};
  ASSERT_GT(countCalls(driver(), true,
                       [&](const Script& script) {
                         for (size_t f = 0; f < script::kFunctions; ++f) calls[f] = script.calls(Function(f));
                         return script.calls();
                       }),
            500u);
  for (size_t f = 0; f < script::kFunctions; ++f) {
    for (uint64_t nth = 2; nth <= calls[f]; nth *= 40) {
      forgetRates();
      Script script(driver());
      script.failCall(Function(f), nth, script::plausibleCodes(Function(f))[0]);
      {
        auto made = delegate(script.api(), true);
        const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
        EXPECT_EQ(infer(device), "") << nth << ": " << script.struck();
        EXPECT_EQ(infer(device), "") << "the next interpreter, after " << nth << ": " << script.struck();
      }
      EXPECT_EQ(script.unbalanced(), "") << nth << ": " << script.struck();
    }
  }
}

TEST_F(OpenClInferenceTest, UnderStrictAFailureIsReturned) {
  Script script(driver());
  auto made = delegate(script.api());
  ASSERT_TRUE(made.ok());
  auto interpreter = Interpreter::create(model(), over(made.value(), true));
  ASSERT_TRUE(interpreter.ok());
  script.failFrom(Function::clEnqueueNDRangeKernel, 1, CL_OUT_OF_RESOURCES);
  const Status status = support::invoke(*interpreter.value(), support::randomInputs(*interpreter.value(), 3)).status;
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find("opencl"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace trireme::opencl
