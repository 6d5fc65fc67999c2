#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "core/plan/evaluator.h"
#include "core/plan/plan_printer.h"
#include "tests/unit/core/plan/brute_force.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  uint32_t below(uint32_t most) { return uint32_t(random_() % most); }
  bool chance(uint32_t percent) { return below(100) < percent; }
  double seconds(double most) { return most * double(1 + below(1000)) / 1000; }

 private:
  std::mt19937 random_;
};

Graph randomGraph(Dice& dice, uint32_t nodes, uint32_t window, std::vector<ValueId>& preserved) {
  Sketch sketch;
  const uint32_t first = 1 + dice.below(2);
  std::vector<ValueId> values;
  for (uint32_t i = 0; i < first; ++i) values.push_back(sketch.input("in" + std::to_string(i), 250));
  for (uint32_t i = 0; i < nodes; ++i) {
    const auto pick = [&] {
      return values[values.size() - 1 - dice.below(uint32_t(std::min<size_t>(window, values.size())))];
    };
    const std::string name = "n" + std::to_string(i);
    values.push_back(dice.chance(50) ? sketch.relu(name, pick()) : sketch.add(name, pick(), pick()));
    if (dice.chance(10)) preserved.push_back(values.back());
  }
  std::vector<ValueId> outputs{values.back()};
  if (dice.chance(30)) outputs.push_back(values[first + dice.below(nodes)]);
  return sketch.build(outputs);
}

// Prices of the size that makes every choice matter.
void randomPrices(Dice& dice, Planning& planning) {
  for (uint32_t d = 0; d < planning.facts.size(); ++d) {
    DeviceRates& rates = planning.facts[d].rates;
    rates.startSeconds = dice.chance(20) ? 0 : dice.seconds(8e-6);
    rates.copyStartSeconds = dice.seconds(3e-6);
    rates.copyBytesPerSecond = dice.chance(50) ? 1e9 : 1e8 * (1 + dice.below(10));
    planning.costs.setRates(d, rates);
    const bool cpu = d + 1 == planning.facts.size();
    for (uint32_t n = 0; n < planning.graph.nodes().size(); ++n) {
      planning.costs.setNode(d, NodeId{n}, {dice.seconds(cpu ? 20e-6 : 10e-6), 0, Cost::Source::Estimated});
      if (!cpu && dice.chance(20)) planning.refuse(d, {n});
    }
    for (uint32_t n = 0; n < planning.graph.nodes().size(); ++n) {
      const ValueId made = planning.graph.nodes()[n].outputs[0];
      const auto readers = planning.graph.consumers(made);
      if (readers.size() == 1 && dice.chance(40)) {
        planning.costs.addFusion(d, readers[0], {NodeId{n}, {dice.seconds(10e-6), 0, Cost::Source::Estimated}});
      }
    }
  }
}

std::vector<DelegateFacts> randomFacts(Dice& dice, uint32_t others) {
  std::vector<DelegateFacts> facts;
  for (uint32_t d = 0; d < others; ++d) {
    const std::string name = "d" + std::to_string(d);
    facts.push_back(dice.chance(15) ? hostFacts(name, d) : deviceFacts(name, d, dice.chance(30) ? 64 : 0));
    if (dice.chance(10)) facts.back().limits.maxNodes = 1 + dice.below(3);
    if (d > 0 && dice.chance(10) && !facts[0].inHostMemory && !facts[d].inHostMemory) {
      facts[d].memory = facts[0].memory;
      facts[d].space = facts[d].queue = 0;
    }
  }
  facts.push_back(hostFacts("cpu", others));
  return facts;
}

TEST(OptimalStrategy, EqualsBruteForceOnAThousandRandomGraphs) {
  uint32_t proven = 0, limited = 0;
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    Dice dice(seed);
    std::vector<ValueId> preserved;
    Graph graph = randomGraph(dice, 1 + dice.below(8), 3, preserved);
    Planning planning(std::move(graph), randomFacts(dice, 1 + dice.below(2)));
    planning.preserved = preserved;
    randomPrices(dice, planning);
    if (dice.chance(15)) planning.maxPartitions = dice.below(3);
    if (dice.chance(15)) planning.minNodes = 1 + dice.below(3);
    limited += planning.maxPartitions != UINT32_MAX || planning.minNodes > 1;
    const BruteForce expected = bruteForce(planning.input());
    const auto found = planning.assign("optimal");
    ASSERT_TRUE(found.ok()) << "seed " << seed << ": " << found.status().message();
    const double price = priceOf(planning.input(), found.value()).value().seconds;
    ASSERT_NEAR(price, expected.seconds, 1e-9 * expected.seconds)
        << "seed " << seed << ", found " << text(found.value(), planning.facts) << ", expected "
        << text({expected.groups, {}, false, true}, planning.facts);
    // The judge agrees with the prices of the brute force, and the plan verifies and costs what was promised.
    ASSERT_NEAR(priceOf(planning.input(), {expected.groups, {}, false, true}).value().seconds, expected.seconds,
                1e-9 * expected.seconds);
    const auto plan = planning.planOf(found.value());
    ASSERT_TRUE(plan.ok()) << "seed " << seed << ": " << plan.status().message();
    EXPECT_DOUBLE_EQ(plan.value().predicted.seconds, price);
    proven += found.value().proven;
  }
  EXPECT_EQ(proven, 1000u);
  EXPECT_GT(limited, 100u);
}

TEST(OptimalStrategy, EqualsTheMinimumCutWhereStartingIsFree) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    Dice dice(seed);
    std::vector<ValueId> preserved;
    Graph graph = randomGraph(dice, 10 + dice.below(21), 4, preserved);
    Planning planning(std::move(graph), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
    planning.preserved = preserved;
    for (uint32_t d = 0; d < 2; ++d) {
      planning.facts[d].rates.startSeconds = 0;
      planning.facts[d].rates.copyStartSeconds = dice.seconds(4e-6);
      planning.costs.setRates(d, planning.facts[d].rates);
      for (uint32_t n = 0; n < planning.graph.nodes().size(); ++n) {
        planning.costs.setNode(d, NodeId{n}, {dice.seconds(10e-6), 0, Cost::Source::Estimated});
        if (d == 0 && dice.chance(20)) planning.refuse(d, {n});
      }
    }
    const double cut = minimumCut(planning.input());
    const auto found = planning.assign("optimal");
    ASSERT_TRUE(found.ok()) << found.status().message();
    EXPECT_TRUE(found.value().proven) << "seed " << seed;
    EXPECT_NEAR(priceOf(planning.input(), found.value()).value().seconds, cut, 1e-9 * cut) << "seed " << seed;
  }
}

TEST(OptimalStrategy, IsNeverWorseThanAnyOtherAndAlwaysTheSame) {
  for (uint32_t seed = 0; seed < 15; ++seed) {
    Dice dice(seed + 5000);
    std::vector<ValueId> preserved;
    Graph graph = randomGraph(dice, 10 + dice.below(40), 5, preserved);
    Planning planning(std::move(graph), randomFacts(dice, 1 + dice.below(3)));
    planning.preserved = preserved;
    randomPrices(dice, planning);
    if (dice.chance(30)) planning.maxPartitions = 1 + dice.below(4);
    if (dice.chance(30)) planning.minNodes = 1 + dice.below(4);
    const auto found = planning.assign("optimal");
    ASSERT_TRUE(found.ok()) << found.status().message();
    const double price = priceOf(planning.input(), found.value()).value().seconds;
    std::vector<std::string> others{"greedy", "nnapi", "per-op"};
    for (const DelegateFacts& one : planning.facts) others.push_back("single:" + one.name);
    for (const std::string& other : others) {
      const auto assignment = planning.assign(other);
      ASSERT_TRUE(assignment.ok()) << other << ": " << assignment.status().message();
      const auto plan = planning.planOf(assignment.value());
      ASSERT_TRUE(plan.ok()) << other << ": " << plan.status().message();
      EXPECT_LE(price, plan.value().predicted.seconds) << "seed " << seed << ", " << other;
    }
    const auto plan = planning.planOf(found.value()), again = planning.plan("optimal");
    ASSERT_TRUE(plan.ok()) << "seed " << seed << ": " << plan.status().message();
    EXPECT_EQ(printPlan(plan.value(), planning.graph, planning.names()),
              printPlan(again.value(), planning.graph, planning.names()));
  }
}

// Runs of one device are worth more than the best device for each node.
TEST(OptimalStrategy, StaysWhereCopiesCostMoreThanTheySave) {
  Planning planning(chain(3), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.refuse(0, {1});
  planning.costs.setNode(1, NodeId{0}, {2e-6, 0, Cost::Source::Estimated});
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "cpu:0,1,2");
  EXPECT_EQ(text(planning.assign("greedy").value(), planning.facts), "fake:0 fake:2 cpu:1");
}

TEST(OptimalStrategy, PaysForFusionOnlyInsideOnePartition) {
  Planning planning(chain(2), {hostFacts("fake", 0), hostFacts("cpu", 1)});
  planning.costs.setNode(0, NodeId{0}, {3e-6, 0, Cost::Source::Estimated});
  planning.costs.setNode(0, NodeId{1}, {3e-6, 0, Cost::Source::Estimated});
  planning.costs.setNode(1, NodeId{0}, {2e-6, 0, Cost::Source::Estimated});
  planning.costs.setNode(1, NodeId{1}, {2e-6, 0, Cost::Source::Estimated});
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "cpu:0,1");
  planning.costs.addFusion(0, NodeId{1}, {NodeId{0}, {3e-6, 0, Cost::Source::Estimated}});
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "fake:0,1");
}

// The middle node is cheaper on the other device, by this part of the whole.
Planning chainWithACheaperMiddle(double gain, Cost::Source source) {
  Planning planning(chain(3), {hostFacts("fake", 0), hostFacts("cpu", 1)});
  for (uint32_t d = 0; d < 2; ++d) planning.costs.setRates(d, {1e9, 1e9, 0, 1e9, 0});
  for (uint32_t n = 0; n < 3; ++n) {
    planning.costs.setNode(0, NodeId{n}, {n == 1 ? 10e-6 - gain * 30e-6 : 20e-6, 0, source});
    planning.costs.setNode(1, NodeId{n}, {10e-6, 0, source});
  }
  return planning;
}

TEST(OptimalStrategy, KeepsToOneDeviceWhereMeasuredTimesPromiseLessThanTheirNoise) {
  const Planning planning = chainWithACheaperMiddle(0.02, Cost::Source::Measured);
  const auto found = assignNodes(planning.input(), "optimal");
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(text(found.value(), planning.facts), "cpu:0,1,2");
  EXPECT_FALSE(found.value().proven);
  ASSERT_EQ(found.value().dropped.size(), 1u);
  EXPECT_EQ(found.value().dropped[0].delegate, 0u);
  EXPECT_EQ(found.value().dropped[0].nodes, std::vector{NodeId{1}});
  EXPECT_THAT(found.value().dropped[0].why, HasSubstr("3 partitions would gain 2.0 % over this one of 1"));
}

// Of two devices that are as fast, the one that needs no copies.
TEST(OptimalStrategy, StaysInHostMemoryWhereAnotherDeviceIsNoFasterThanTheNoise) {
  Planning planning(chain(3), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  for (uint32_t d = 0; d < 2; ++d) {
    planning.costs.setRates(d, {1e9, 1e9, 0, 1e12, 0});
    for (uint32_t n = 0; n < 3; ++n) {
      planning.costs.setNode(d, NodeId{n}, {d == 0 ? 9.8e-6 : 10e-6, 0, Cost::Source::Measured});
    }
  }
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "cpu:0,1,2");
  for (uint32_t n = 0; n < 3; ++n) planning.costs.setNode(0, NodeId{n}, {9e-6, 0, Cost::Source::Measured});
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "fake:0,1,2");
}

TEST(OptimalStrategy, TakesWhatMeasuredTimesPromiseBeyondTheirNoise) {
  Planning planning = chainWithACheaperMiddle(0.05, Cost::Source::Measured);
  const auto found = planning.assign("optimal");
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(text(found.value(), planning.facts), "cpu:0 fake:1 cpu:2");
  EXPECT_TRUE(found.value().proven);
  EXPECT_TRUE(found.value().dropped.empty());
}

TEST(OptimalStrategy, KeepsToOneDeviceWhereTimesDifferedMoreThanTheGainWhileTheyWereMeasured) {
  Planning planning = chainWithACheaperMiddle(0.06, Cost::Source::Measured);
  planning.costs.setSpread(0, 0.08);
  const auto found = assignNodes(planning.input(), "optimal");
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(text(found.value(), planning.facts), "cpu:0,1,2");
  EXPECT_THAT(found.value().dropped[0].why, HasSubstr("below 8 %"));
  Planning large = chainWithACheaperMiddle(0.12, Cost::Source::Measured);
  large.costs.setSpread(0, 0.5);
  EXPECT_EQ(text(large.assign("optimal").value(), large.facts), "cpu:0 fake:1 cpu:2");
}

// A device's published times do not differ from one day to the next.
TEST(OptimalStrategy, TakesEveryGainWhereOneDevicesPricesWereNotMeasured) {
  Planning planning = chainWithACheaperMiddle(0.02, Cost::Source::Measured);
  for (uint32_t n = 0; n < 3; ++n) {
    Cost cost = planning.costs.node(0, NodeId{n});
    cost.source = Cost::Source::Published;
    planning.costs.setNode(0, NodeId{n}, cost);
  }
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "cpu:0 fake:1 cpu:2");
}

TEST(OptimalStrategy, TakesEveryGainOfEstimates) {
  Planning planning = chainWithACheaperMiddle(0.02, Cost::Source::Estimated);
  EXPECT_EQ(text(planning.assign("optimal").value(), planning.facts), "cpu:0 fake:1 cpu:2");
}

// A device for every second node, thousands of ways: more than the search may look at.
TEST(OptimalStrategy, SaysWhenItIsNotProven) {
  Sketch sketch;
  std::vector<ValueId> ends;
  const ValueId in = sketch.input("in", 250);
  for (uint32_t branch = 0; branch < 12; ++branch) {
    ValueId last = in;
    for (uint32_t i = 0; i < 6; ++i) last = sketch.relu("b" + std::to_string(branch) + "n" + std::to_string(i), last);
    ends.push_back(last);
  }
  Planning planning(sketch.build(ends), {deviceFacts("a", 0), deviceFacts("b", 1), hostFacts("cpu", 2)});
  Dice dice(1);
  randomPrices(dice, planning);
  const auto found = planning.assign("optimal");
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_FALSE(found.value().proven);
  EXPECT_TRUE(planning.planOf(found.value()).ok());
}

TEST(OptimalStrategy, KeepsAPinThatGreedyCannot) {
  Planning planning(chain(5), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.refuse(1, {1});  // pinned to fake, so to say
  planning.minNodes = 3;
  planning.costs.setNode(0, NodeId{0}, {1e-3, 0, Cost::Source::Estimated});
  const auto found = planning.assign("optimal");
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(text(found.value(), planning.facts), "cpu:0 fake:1,2,3,4");
}

TEST(OptimalStrategy, SaysWhichLimitCannotBeMet) {
  Planning planning(chain(3), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.refuse(0, {1});
  planning.refuse(1, {0, 2});
  planning.maxPartitions = 1;
  for (const char* strategy : {"optimal", "greedy", "nnapi", "per-op"}) {
    const Status status = planning.assign(strategy).status();
    EXPECT_EQ(status.code(), Code::InvalidArgument) << strategy;
    EXPECT_THAT(std::string(status.message()), HasSubstr("the limits leave operator 2 RELU")) << strategy;
    EXPECT_THAT(std::string(status.message()), HasSubstr("not among the 1 largest")) << strategy;
  }
}

}  // namespace
}  // namespace trireme::plan
