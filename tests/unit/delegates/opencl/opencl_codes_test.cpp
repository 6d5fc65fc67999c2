#include <cstdlib>

#include "tests/unit/delegates/opencl/inference_fixture.h"

// Every call fails with every code that it may fail with, and with one that nobody knows. Takes long: `ctest --preset
// long`.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

class OpenClCodesTest : public WithModel {};

TEST_F(OpenClCodesTest, WhicheverCallFailsHoweverTheAnswerIsRightAndTheNextInterpreterWorks) {
  const uint64_t calls = countCalls(driver(), false, [](const Script& script) { return script.calls(); });
  ASSERT_GT(calls, 60u);
  uint64_t failures = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    for (size_t which = 0;; ++which) {
      Script script(driver());
      script.failCall(n, which);
      {
        auto made = delegate(script.api());
        EXPECT_TRUE(made.ok() || !made.status().message().empty());
        const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
        EXPECT_EQ(infer(device), "") << "call " << n << ": " << script.struck();
        EXPECT_EQ(infer(device), "") << "the next interpreter, after call " << n << ": " << script.struck();
      }
      EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
      if (script.struck().empty()) break;  // no code is left
      ++failures;
    }
  }
  EXPECT_GT(failures, 4 * calls);
  std::printf("%llu calls, %llu failures\n", static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(failures));
}

TEST_F(OpenClCodesTest, WhateverFailsHoweverWhilePricesAreMeasuredTheAnswerIsRight) {
  std::array<uint64_t, script::kFunctions> calls{};
  ASSERT_GT(countCalls(driver(), true,
                       [&](const Script& script) {
                         for (size_t f = 0; f < script::kFunctions; ++f) calls[f] = script.calls(Function(f));
                         return script.calls();
                       }),
            500u);
  for (size_t f = 0; f < script::kFunctions; ++f) {
    for (uint64_t nth = 1; nth <= calls[f]; nth = nth * 3 / 2 + 1) {
      for (const cl_int code : script::plausibleCodes(Function(f))) {
        forgetRates();
        Script script(driver());
        script.failCall(Function(f), nth, code);
        {
          auto made = delegate(script.api(), true);
          const std::shared_ptr<Delegate> device = made.ok() ? std::move(made).value() : nullptr;
          EXPECT_EQ(infer(device), "") << nth << ": " << script.struck();
        }
        EXPECT_EQ(script.unbalanced(), "") << nth << ": " << script.struck();
      }
    }
  }
}

}  // namespace
}  // namespace trireme::opencl
