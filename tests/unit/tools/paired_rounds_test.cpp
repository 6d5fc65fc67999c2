#include "tools/paired_rounds.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace trireme::tools {
namespace {

RoundSettings settings(size_t contestants, size_t rounds, size_t warmUps) {
  RoundSettings result;
  result.contestants = contestants;
  result.rounds = rounds;
  result.warmUps = warmUps;
  return result;
}

Status broken() { return Status::error(Code::DeviceLost, "it broke"); }

TEST(ShuffledRounds, RunEveryContestantOnceInEachRound) {
  for (std::vector<size_t> order : shuffledRounds(5, 40, 9)) {
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<size_t>{0, 1, 2, 3, 4}));
  }
}

TEST(ShuffledRounds, AreTheSameForTheSameSeedAndElseDiffer) {
  EXPECT_EQ(shuffledRounds(4, 10, 1), shuffledRounds(4, 10, 1));
  EXPECT_NE(shuffledRounds(4, 10, 1), shuffledRounds(4, 10, 2));
}

TEST(ShuffledRounds, GiveEveryContestantEveryPlaceAboutEquallyOften) {
  int first[3] = {};
  for (const std::vector<size_t>& order : shuffledRounds(3, 3000, 1)) ++first[order[0]];
  for (const int count : first) EXPECT_NEAR(count, 1000, 100);
}

TEST(RunRounds, KeepsTheTimesOfTheRoundsAndNotOfTheWarmUp) {
  std::vector<int> runs(2);
  const PairedTimes times = runRounds(settings(2, 3, 2), [&](size_t contestant) -> Result<double> {
    return double(10 * contestant) + ++runs[contestant];
  });
  EXPECT_EQ(times.rounds, 3u);
  EXPECT_EQ(times.seconds[0], (std::vector<double>{3, 4, 5}));
  EXPECT_EQ(times.seconds[1], (std::vector<double>{13, 14, 15}));
}

TEST(RunRounds, RunsOneThatFailedNoMoreAndForgetsItsTimes) {
  int runs = 0;
  const PairedTimes times = runRounds(settings(2, 5, 0), [&](size_t contestant) -> Result<double> {
    if (contestant == 1 && ++runs == 3) return broken();
    return 1.0;
  });
  EXPECT_EQ(runs, 3);
  EXPECT_TRUE(times.seconds[1].empty());
  EXPECT_EQ(times.failures[1].message(), "it broke");
  EXPECT_EQ(times.seconds[0].size(), 5u);
  EXPECT_FALSE(times.stopped);
}

TEST(RunRounds, KeepsWholeRoundsWhenCancelled) {
  int runs = 0;
  const PairedTimes times = runRounds(settings(3, 5, 1), [&](size_t) -> Result<double> {
    if (++runs == 3 + 2 * 3 + 2) return Status::error(Code::Cancelled, "enough");
    return 1.0;
  });
  EXPECT_TRUE(times.stopped);
  EXPECT_EQ(times.rounds, 2u);
  for (const std::vector<double>& one : times.seconds) EXPECT_EQ(one.size(), 2u);
}

TEST(RunRounds, TellsProgressAfterEveryRound) {
  std::vector<size_t> seen;
  RoundSettings words = settings(1, 2, 1);
  words.progress = [&](size_t done, size_t total) {
    EXPECT_EQ(total, 3u);
    seen.push_back(done);
  };
  runRounds(words, [](size_t) -> Result<double> { return 1.0; });
  EXPECT_EQ(seen, (std::vector<size_t>{1, 2, 3}));
}

TEST(RatioOf, PairsTheTimesOfTheSameRound) {
  // The machine was slow in some rounds, for both: the ratio does not see it, ratios of medians would.
  const std::vector<double> base{1, 10, 1, 10, 100, 1, 10};
  std::vector<double> times;
  for (const double one : base) times.push_back(1.5 * one);
  times[0] = 5;
  const PairedRatio ratio = ratioOf(times, base);
  EXPECT_DOUBLE_EQ(ratio.median, 1.5);
  ASSERT_TRUE(ratio.ci95);
  EXPECT_DOUBLE_EQ(ratio.ci95->low, 1.5);
  EXPECT_DOUBLE_EQ(ratio.ci95->high, 5);
}

}  // namespace
}  // namespace trireme::tools
