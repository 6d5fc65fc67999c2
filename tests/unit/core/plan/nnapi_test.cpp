#include <gmock/gmock.h>

#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

// Two devices and the CPU, with figures for float32.
class NnapiStrategy : public testing::Test {
 protected:
  Planning plan(Graph graph, double first, double second) {
    std::vector<DelegateFacts> facts{deviceFacts("first", 0), deviceFacts("second", 1), hostFacts("cpu", 2)};
    facts[0].rates.figures = {{DataType::Int8, 0.01}, {DataType::Float32, first}};
    facts[1].rates.figures = {{DataType::Float32, second}};
    return Planning(std::move(graph), std::move(facts));
  }
  static std::string assigned(Planning& planning) {
    const auto assignment = planning.assign("nnapi");
    EXPECT_TRUE(assignment.ok()) << assignment.status().message();
    EXPECT_TRUE(planning.planOf(assignment.value()).ok());
    return text(assignment.value(), planning.facts);
  }
};

TEST_F(NnapiStrategy, TakesTheSmallestFigureOfTheTypeForEachOperator) {
  Planning planning = plan(chain(4), 0.5, 0.2);
  planning.refuse(1, {2});
  EXPECT_EQ(assigned(planning), "first:2 second:0,1 second:3");
}

TEST_F(NnapiStrategy, GivesTiesToTheCpu) {
  Planning planning = plan(chain(2), 1.0, 1.3);
  EXPECT_EQ(assigned(planning), "cpu:0,1");
}

TEST_F(NnapiStrategy, ComparesRatesWhereADelegateStatesNoFigure) {
  Planning planning = plan(chain(2), 0.5, 0.5);
  planning.facts[1].rates.figures.clear();
  planning.facts[1].rates.flopsPerSecond = 4e9;  // the CPU has 1e9
  planning.costs.setRates(1, planning.facts[1].rates);
  EXPECT_EQ(assigned(planning), "second:0,1");
}

// Both branches are ready at once. The later device runs first, and all of its nodes that become ready join the step.
TEST_F(NnapiStrategy, DrainsTheLastDeviceFirst) {
  Sketch sketch;
  const ValueId x = sketch.input("x");
  const ValueId a = sketch.relu("a", x), b = sketch.relu("b", x);
  const ValueId c = sketch.relu("c", b), d = sketch.add("d", a, c), e = sketch.relu("e", a);
  Planning planning = plan(sketch.build({d, e}), 0.5, 0.2);
  planning.refuse(1, {0, 3, 4});  // a, d and e run on the first; b and c on the second
  EXPECT_EQ(assigned(planning), "first:0,3,4 second:1,2");
}

// As many as a stranger's file may hold: none of them may cost stack.
TEST_F(NnapiStrategy, PassesOverALongChainThatNobodyTakes) {
  constexpr uint32_t kNodes = 200'000;
  Planning planning = plan(chain(kNodes), 0.5, 0.2);
  for (uint32_t delegate = 0; delegate < 3; ++delegate) {
    for (uint32_t i = 0; i < kNodes; ++i) planning.support.deny(delegate, NodeId{i}, ReasonCode::UnknownOp, "none");
  }
  const auto assignment = planning.assign("nnapi");
  ASSERT_FALSE(assignment.ok());
  EXPECT_THAT(std::string(assignment.status().message()), HasSubstr("operator 0 RELU"));
}

TEST_F(NnapiStrategy, LeavesToTheNextBestWhatALimitForbids) {
  Planning planning = plan(chain(5), 0.5, 0.2);
  planning.refuse(1, {1});
  planning.minNodes = 2;  // neither 0 on the second nor 1 on the first is enough
  EXPECT_EQ(assigned(planning), "second:2,3,4 cpu:0,1");
}

}  // namespace
}  // namespace trireme::plan
