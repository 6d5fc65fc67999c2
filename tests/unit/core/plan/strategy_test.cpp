#include <gmock/gmock.h>

#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

std::vector<DelegateFacts> fakeAndCpu() { return {deviceFacts("fake", 0), hostFacts("cpu", 1)}; }
std::vector<DelegateFacts> twoAndCpu() {
  return {deviceFacts("first", 0), deviceFacts("second", 1), hostFacts("cpu", 2)};
}

std::string assigned(Planning& planning, std::string_view strategy) {
  const auto assignment = planning.assign(strategy);
  EXPECT_TRUE(assignment.ok()) << assignment.status().message();
  return assignment.ok() ? text(assignment.value(), planning.facts) : "";
}

TEST(GreedyStrategy, GivesTheWholeChainToTheFirstDelegate) {
  Planning planning(chain(4), fakeAndCpu());
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,1,2,3");
}

TEST(GreedyStrategy, CutsWhereANodeIsRefused) {
  Planning planning(chain(5), fakeAndCpu());
  planning.refuse(0, {2});
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,1 fake:3,4 cpu:2");
}

// Two parallel branches that share nothing become one partition, as in TFLite.
TEST(GreedyStrategy, LetsTwoBranchesShareAPartition) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), y = sketch.input("y");
  const ValueId a = sketch.relu("a", x), b = sketch.relu("b", y);
  const ValueId c = sketch.relu("c", a), d = sketch.relu("d", b);
  const ValueId e = sketch.add("e", c, d);
  Planning planning(sketch.build({e}), fakeAndCpu());
  planning.refuse(0, {4});
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,1,2,3 cpu:4");
}

// a -> b(cpu) -> d, a -> c -> d: c joins a's epoch, d must wait for b.
TEST(GreedyStrategy, KeepsPartitionsConvexInADiamond) {
  Sketch sketch;
  const ValueId a = sketch.relu("a", sketch.input("x"));
  const ValueId b = sketch.relu("b", a), c = sketch.relu("c", a);
  const ValueId d = sketch.add("d", b, c);
  Planning planning(sketch.build({d}), fakeAndCpu());
  planning.refuse(0, {1});
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,2 fake:3 cpu:1");
  EXPECT_TRUE(planning.plan("greedy").ok());
}

TEST(GreedyStrategy, OffersWhatIsLeftToTheNextDelegate) {
  Planning planning(chain(6), twoAndCpu());
  planning.refuse(0, {2, 3, 4});
  planning.refuse(1, {4});
  EXPECT_EQ(assigned(planning, "greedy"), "first:0,1 first:5 second:2,3 cpu:4");
}

TEST(GreedyStrategy, LeavesOutPartitionsBelowTheLeast) {
  Planning planning(chain(5), fakeAndCpu());
  planning.refuse(0, {3});
  planning.minNodes = 2;
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,1,2 cpu:3,4");
}

TEST(GreedyStrategy, KeepsTheLargestOfTooManyPartitions) {
  Planning planning(chain(8), fakeAndCpu());
  planning.refuse(0, {1, 4});  // fake could have 0 | 2 3 | 5 6 7
  planning.maxPartitions = 2;
  EXPECT_EQ(assigned(planning, "greedy"), "fake:5,6,7 fake:2,3 cpu:0,1 cpu:4");
}

TEST(GreedyStrategy, CutsForADelegateThatTakesFewNodesAtATime) {
  Planning planning(chain(5), fakeAndCpu());
  planning.facts[0].limits.maxNodes = 2;
  EXPECT_EQ(assigned(planning, "greedy"), "fake:0,1 fake:2,3 fake:4");
}

TEST(GreedyStrategy, TheCpuIsFreeOfTheLimits) {
  Planning planning(chain(3), fakeAndCpu());
  planning.refuse(0, {1});
  planning.minNodes = 5;
  planning.maxPartitions = 0;
  EXPECT_EQ(assigned(planning, "greedy"), "cpu:0,1,2");
}

TEST(GreedyStrategy, SaysWhyNodesWereLeftOut) {
  Planning planning(chain(3), fakeAndCpu());
  planning.refuse(0, {1});
  planning.minNodes = 2;
  const auto assignment = planning.assign("greedy");
  ASSERT_TRUE(assignment.ok());
  ASSERT_EQ(assignment.value().dropped.size(), 2u);
  EXPECT_THAT(assignment.value().dropped[0].why, HasSubstr("partition of 1 node is smaller than the least, 2"));
}

TEST(SingleStrategy, UsesOneDelegateAndTheCpu) {
  Planning planning(chain(4), twoAndCpu());
  planning.refuse(1, {3});
  EXPECT_EQ(assigned(planning, "single:second"), "second:0,1,2 cpu:3");
  EXPECT_EQ(assigned(planning, "single:cpu"), "cpu:0,1,2,3");
}

TEST(SingleStrategy, NamesWhatThereIsInsteadOfAnUnknownDelegate) {
  Planning planning(chain(1), twoAndCpu());
  const Status status = planning.assign("single:third").status();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("'third'; there are: first, second, cpu"));
}

TEST(PerOpStrategy, MakesEveryNodeAPartition) {
  Planning planning(chain(3), fakeAndCpu());
  planning.refuse(0, {1});
  EXPECT_EQ(assigned(planning, "per-op"), "fake:0 fake:2 cpu:1");
}

TEST(Strategies, NameWhatThereIsInsteadOfAnUnknownStrategy) {
  Planning planning(chain(1), fakeAndCpu());
  for (const char* name : {"best", "single", "greedy:cpu", ""}) {
    const Status status = planning.assign(name).status();
    EXPECT_EQ(status.code(), Code::InvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr("optimal, greedy, nnapi, per-op, single:NAME"));
  }
}

TEST(Strategies, ListEveryRefusalOfANodeThatNobodyTakes) {
  Planning planning(chain(2), fakeAndCpu());
  planning.refuse(0, {1});
  planning.refuse(1, {1});
  const Status status = planning.assign("greedy").status();
  EXPECT_EQ(status.code(), Code::Unsupported);
  EXPECT_THAT(std::string(status.message()), HasSubstr("operator 1 RELU"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("fake: UnknownOp: scripted; cpu: UnknownOp: scripted"));
}

}  // namespace
}  // namespace trireme::plan
