#pragma once

#include <cstdio>

#include "tests/unit/delegates/faults/fault_fixture.h"

// Every call fails with every code that it may fail with, and with one that nobody knows. Takes long: `ctest --preset
// long`.
namespace trireme::faults {

template <class World>
class CodesTest : public WithFaults<World> {};
TYPED_TEST_SUITE_P(CodesTest);

TYPED_TEST_P(CodesTest, WhicheverCallFailsHoweverTheAnswerIsRightAndTheNextInterpreterWorks) {
  using Script = typename TypeParam::Script;
  const uint64_t calls =
      this->countCalls(this->world_.driver(), false, [](const Script& script) { return script.calls(); });
  ASSERT_GT(calls, 60u);
  uint64_t failures = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    for (size_t which = 0;; ++which) {
      Script script(this->world_.driver());
      script.failCall(n, which);
      {
        const std::shared_ptr<Delegate> device = this->delegateOrNone(script);
        EXPECT_EQ(this->small_.infer(device), "") << "call " << n << ": " << script.struck();
        EXPECT_EQ(this->small_.infer(device), "") << "the next interpreter, after call " << n << script.struck();
      }
      EXPECT_EQ(script.unbalanced(), "") << "call " << n << ": " << script.struck();
      if (script.struck().empty()) break;  // no code is left
      ++failures;
    }
  }
  EXPECT_GT(failures, 3 * calls);
  std::printf("%llu calls, %llu failures\n", static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(failures));
}

TYPED_TEST_P(CodesTest, WhateverFailsHoweverWhilePricesAreMeasuredTheAnswerIsRight) {
  using Function = typename TypeParam::Function;
  const std::vector<uint64_t> calls = this->callsByFunction(true);
  for (size_t f = 0; f < calls.size(); ++f) {
    for (uint64_t nth = 1; nth <= calls[f]; nth = nth * 3 / 2 + 1) {
      for (const int code : TypeParam::codes(Function(f))) {
        this->forgetRates();
        typename TypeParam::Script script(this->world_.driver());
        script.failCall(Function(f), nth, code);
        EXPECT_EQ(this->small_.infer(this->delegateOrNone(script, true)), "") << nth << ": " << script.struck();
        EXPECT_EQ(script.unbalanced(), "") << nth << ": " << script.struck();
      }
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(CodesTest, WhicheverCallFailsHoweverTheAnswerIsRightAndTheNextInterpreterWorks,
                            WhateverFailsHoweverWhilePricesAreMeasuredTheAnswerIsRight);

}  // namespace trireme::faults
