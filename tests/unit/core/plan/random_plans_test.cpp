#include <gtest/gtest.h>

#include <random>

#include "core/plan/plan_printer.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  uint32_t below(uint32_t most) { return uint32_t(random_() % most); }
  bool chance(uint32_t percent) { return below(100) < percent; }

 private:
  std::mt19937 random_;
};

// A graph of relus and adds with several inputs, outputs, constants and states.
Graph randomGraph(Dice& dice, std::vector<ValueId>& preserved) {
  Sketch sketch;
  std::vector<ValueId> values, states;
  for (uint32_t i = 0; i < 1 + dice.below(3); ++i) values.push_back(sketch.input("in" + std::to_string(i), 10));
  const uint32_t stateCount = dice.chance(30) ? 1 + dice.below(2) : 0;
  for (uint32_t i = 0; i < stateCount; ++i) states.push_back(sketch.stateRead("h" + std::to_string(i), 10));
  values.insert(values.end(), states.begin(), states.end());
  if (dice.chance(50)) values.push_back(sketch.constant("k", 10));
  const uint32_t nodes = 1 + dice.below(24);
  for (uint32_t i = 0; i < nodes; ++i) {
    const auto pick = [&] {
      return values[values.size() - 1 - dice.below(uint32_t(std::min<size_t>(5, values.size())))];
    };
    const std::string name = "n" + std::to_string(i);
    values.push_back(dice.chance(50) ? sketch.relu(name, pick()) : sketch.add(name, pick(), pick()));
    if (dice.chance(10)) preserved.push_back(values.back());
  }
  for (ValueId state : states) sketch.state(state, values[dice.below(uint32_t(values.size()))]);
  std::vector<ValueId> outputs{values.back()};
  while (dice.chance(40)) outputs.push_back(values[dice.below(uint32_t(values.size()))]);
  return sketch.build(outputs);
}

std::vector<DelegateFacts> randomFacts(Dice& dice) {
  std::vector<DelegateFacts> facts;
  const uint32_t others = dice.below(4);
  for (uint32_t d = 0; d < others; ++d) {
    const std::string name = "d" + std::to_string(d);
    facts.push_back(dice.chance(20) ? hostFacts(name, d)
                                    : deviceFacts(name, d, dice.chance(50) ? 64 << dice.below(7) : 0));
    if (dice.chance(30)) facts.back().memory.maxAllocation = 200 + dice.below(10000);
    if (dice.chance(20)) facts.back().limits.maxNodes = 1 + dice.below(4);
    if (d > 0 && dice.chance(15) && !facts[0].inHostMemory && !facts[d].inHostMemory) {  // the same device
      facts[d].memory = facts[0].memory;
      facts[d].space = facts[d].queue = 0;
    }
  }
  facts.push_back(hostFacts("cpu", others));
  return facts;
}

TEST(RandomPlans, AlwaysVerify) {
  for (uint32_t seed = 0; seed < 600; ++seed) {
    Dice dice(seed);
    std::vector<ValueId> preserved;
    Graph graph = randomGraph(dice, preserved);
    Planning planning(std::move(graph), randomFacts(dice));
    planning.preserved = preserved;
    planning.inPlace = dice.chance(60);
    planning.scratch = dice.chance(50) ? 0 : 100;
    for (uint32_t d = 0; d + 1 < planning.facts.size(); ++d) {
      for (uint32_t n = 0; n < planning.graph.nodes().size(); ++n) {
        if (dice.chance(35)) planning.refuse(d, {n});
      }
    }
    for (const char* strategy : {"optimal", "greedy", "nnapi", "per-op", "single:cpu"}) {
      const auto plan = planning.plan(strategy);
      EXPECT_TRUE(plan.ok()) << "seed " << seed << ", " << strategy << ": " << plan.status().message();
      if (!plan.ok()) return;
      const auto again = planning.plan(strategy);
      EXPECT_EQ(printPlan(plan.value(), planning.graph, planning.names()),
                printPlan(again.value(), planning.graph, planning.names()));
    }
  }
}

}  // namespace
}  // namespace trireme::plan
