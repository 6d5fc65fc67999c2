#include "tools/timed_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace trireme::tools {
namespace {

// Contestants whose runs take a given time each, on a clock of their own.
struct Field {
  std::vector<double> seconds{};                   // a run of each
  std::vector<std::pair<size_t, size_t>> turns{};  // contestant and runs
  size_t kept = 0;
  std::function<Status(size_t turn)> fails = [](size_t) { return Status(); };

  BlocksDone run(const BlockRules& rules) {
    Contestants contestants;
    contestants.typicalSeconds = seconds;
    contestants.turn = [this](size_t one, size_t runs) -> Result<double> {
      turns.emplace_back(one, runs);
      const Status status = fails(turns.size());
      if (!status.ok()) return status;
      return seconds[one] * double(runs);
    };
    contestants.keep = [this] { ++kept; };
    return runBlocks(rules, contestants);
  }
};

BlockRules rulesOf(size_t runs, double seconds, double most = 60) {
  BlockRules rules;
  rules.leastRuns = runs;
  rules.leastSeconds = seconds;
  rules.mostSeconds = most;
  return rules;
}

TEST(RunBlocks, EndsWhenEveryContestantHasItsRunsAndItsSeconds) {
  Field field{{0.25, 0.001}};
  const BlocksDone done = field.run(rulesOf(50, 1));
  EXPECT_EQ(done.runs, (std::vector<size_t>{50, 1000}));  // 12.5 s and 1 s
  EXPECT_EQ(done.blocks, 50u);
  EXPECT_EQ(field.kept, 50u);
  EXPECT_EQ(done.enough, (std::vector<bool>{true, true}));
  EXPECT_FALSE(done.stopped);
}

TEST(RunBlocks, GivesEveryContestantOneTurnABlockInAnOrderShuffledAnew) {
  Field field{{0.1, 0.1, 0.1}};
  field.run(rulesOf(30, 1));
  ASSERT_EQ(field.turns.size(), 90u);
  std::vector<size_t> leaders(3);
  for (size_t block = 0; block < 30; ++block) {
    std::vector<size_t> order;
    for (size_t i = 0; i < 3; ++i) order.push_back(field.turns[3 * block + i].first);
    ++leaders[order[0]];
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<size_t>{0, 1, 2}));
  }
  for (const size_t count : leaders) EXPECT_GT(count, 2u);
}

TEST(RunBlocks, HasTheSameOrdersForTheSameSeed) {
  Field a{{0.1, 0.1, 0.1}}, b = a, c = a;
  BlockRules rules = rulesOf(20, 1);
  a.run(rules);
  b.run(rules);
  rules.seed = 2;
  c.run(rules);
  EXPECT_EQ(a.turns, b.turns);
  EXPECT_NE(a.turns, c.turns);
}

TEST(RunBlocks, EndsAtItsLimitAndSaysWhoHadNotEnough) {
  Field field{{10, 0.01}};
  const BlocksDone done = field.run(rulesOf(50, 1, 60));
  EXPECT_EQ(done.blocks, 12u);  // 10 s and 0.02 s each, until 120 s are over
  EXPECT_EQ(done.enough, (std::vector<bool>{false, false}));
  EXPECT_FALSE(done.stopped);
}

TEST(RunBlocks, RunsOneThatFailedNoMoreAndLetsTheOthersFinish) {
  Field field{{0.1, 0.1}};
  const auto fails = [&](size_t turn) {
    return turn > 4 && field.turns.back().first == 1 ? Status::error(Code::DeviceLost, "it broke") : Status();
  };
  field.fails = fails;
  const BlocksDone done = field.run(rulesOf(20, 1));
  EXPECT_EQ(done.failures[1].message(), "it broke");
  EXPECT_EQ(done.runs[0], 20u);
  EXPECT_FALSE(done.enough[1]);
  EXPECT_EQ(std::count_if(field.turns.begin(), field.turns.end(), [](const auto& one) { return one.first == 1; }), 3);
}

TEST(RunBlocks, KeepsWholeBlocksWhenCancelled) {
  Field field{{0.1, 0.1, 0.1}};
  field.fails = [](size_t turn) { return turn == 8 ? Status::error(Code::Cancelled, "enough") : Status(); };
  const BlocksDone done = field.run(rulesOf(20, 1));
  EXPECT_TRUE(done.stopped);
  EXPECT_EQ(done.blocks, 2u);
  EXPECT_EQ(field.kept, 2u);
  EXPECT_EQ(done.runs, (std::vector<size_t>{2, 2, 2}));
}

TEST(RunBlocks, TellsProgressUpToTheWhole) {
  Field field{{0.1, 0.2}};
  std::vector<double> seen;
  BlockRules rules = rulesOf(20, 1);
  rules.progress = [&](double share) { seen.push_back(share); };
  field.run(rules);
  ASSERT_EQ(seen.size(), 20u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_DOUBLE_EQ(seen[0], 0.05);
  EXPECT_DOUBLE_EQ(seen.back(), 1);
}

TEST(RunBlocks, DoesNothingWithoutContestants) {
  Field field;
  EXPECT_EQ(field.run(rulesOf(20, 1)).blocks, 0u);
}

TEST(TurnRuns, FillTheTurnsShareOfTheSecondsAndAreNeverNone) {
  EXPECT_EQ(turnRuns(rulesOf(50, 1), 0.001), 20u);
  EXPECT_EQ(turnRuns(rulesOf(50, 1), 0.015), 2u);
  EXPECT_EQ(turnRuns(rulesOf(50, 1), 3), 1u);
  EXPECT_EQ(turnRuns(rulesOf(1, 1), 0.001), 50u);  // 20 blocks all the same
  EXPECT_EQ(turnRuns(rulesOf(50, 1), 0), 1u);
  EXPECT_EQ(turnRuns(rulesOf(50, 0), 0.001), 1u);
}

}  // namespace
}  // namespace trireme::tools
