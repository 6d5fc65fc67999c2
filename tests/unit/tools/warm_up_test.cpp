#include "tools/warm_up.h"

#include <gtest/gtest.h>

namespace trireme::tools {
namespace {

WarmUpRules windowsOf(size_t window) {
  WarmUpRules rules;
  rules.window = window;
  return rules;
}

TEST(WarmUp, IsSteadyOnceTheMediansOfTwoWindowsAreWithinTwoPercent) {
  WarmUp state(windowsOf(3));
  for (const double one : {0.9, 0.5, 0.3, 0.2, 0.1}) {
    state.add(one);
    EXPECT_FALSE(state.done()) << state.runs();
  }
  for (const double one : {0.1, 0.1}) state.add(one);
  EXPECT_FALSE(state.steady());                        // 0.5, 0.3, 0.2 and then 0.1, 0.1, 0.1
  for (const double one : {0.1, 0.1}) state.add(one);  // 0.2, 0.1, 0.1
  EXPECT_TRUE(state.steady());
  EXPECT_TRUE(state.done());
  EXPECT_EQ(state.runs(), 9u);
  EXPECT_EQ(state.typicalSeconds(), 0.1);
}

TEST(WarmUp, TakesAChangeOfTwoPercentAsUnsteadyAndALesserOneAsSteady) {
  for (const auto& [next, steady] : {std::pair{1.021, false}, {1.019, true}, {0.981, true}, {0.979, false}}) {
    WarmUp state(windowsOf(2));
    for (const double one : {1.0, 1.0, next, next}) state.add(one);
    EXPECT_EQ(state.steady(), steady) << next;
  }
}

TEST(WarmUp, DoesNotTakeOneSlowRunForAChange) {
  WarmUp state(windowsOf(3));
  for (const double one : {0.1, 0.1, 0.1, 0.1, 3.0, 0.1}) state.add(one);
  EXPECT_TRUE(state.steady());
}

TEST(WarmUp, LastsForTheLeastTime) {
  WarmUpRules rules = windowsOf(1);
  rules.leastSeconds = 1;
  WarmUp state(rules);
  for (int i = 0; i < 3; ++i) state.add(0.25);
  EXPECT_TRUE(state.steady());
  EXPECT_FALSE(state.done());
  state.add(0.25);
  EXPECT_TRUE(state.done());
}

TEST(WarmUp, EndsUnsteadyAtItsLimitButNotBeforeAFewRuns) {
  WarmUp slow(windowsOf(5));
  for (const double one : {9.0, 8.0}) {
    slow.add(one);
    EXPECT_FALSE(slow.done());
  }
  EXPECT_EQ(slow.typicalSeconds(), 8.5);
  slow.add(7.0);
  EXPECT_TRUE(slow.done());
  EXPECT_FALSE(slow.steady());

  WarmUp restless(windowsOf(1));
  double one = 0.1;
  while (!restless.done()) restless.add(one = 0.3 - one);
  EXPECT_FALSE(restless.steady());
  EXPECT_NEAR(double(restless.runs()), 34, 1);  // 5 s, 0.15 s each on average
}

}  // namespace
}  // namespace trireme::tools
