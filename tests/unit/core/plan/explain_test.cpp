#include "core/plan/explain.h"

#include <gmock/gmock.h>

#include <sstream>

#include "core/plan/placements.h"
#include "core/plan/plan_printer.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

// The file has four operators: the third was folded away, the fourth merged into the second.
class Explain : public testing::Test {
 protected:
  Explain() : source(chain(4)), planning(chain(2), {deviceFacts("fake", 0), hostFacts("cpu", 1)}) {
    planning.support.deny(0, NodeId{1}, ReasonCode::DataType, "the input must be float32");
    assignment = planning.assign("greedy").value();
    plan = planning.plan("greedy").value();
  }
  std::vector<Placement> placements() {
    return describePlacements(
        {source, graph(), plan, planning.support, planning.costs, planning.facts, assignment.dropped, folded, calls});
  }
  const Graph& graph() const { return planning.graph; }

  Graph source;
  Planning planning;
  Assignment assignment;
  ExecutionPlan plan;
  std::vector<FoldedNode> folded{{2, "folded into a constant"}};
  std::vector<CallInfo> cpuCalls{{{NodeId{1}}, "reference", "no faster kernel; 2 threads over 16 rows"}};
  std::vector<std::span<const CallInfo>> calls{{}, cpuCalls};
};

TEST_F(Explain, HasAPlacementForEveryOperatorOfTheFile) {
  const std::vector<Placement> all = placements();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].partition, 0u);
  EXPECT_EQ(all[0].why, "fake 1.0 us; cpu 1.0 us");
  EXPECT_EQ(all[0].runnerUp, std::optional<uint32_t>(1));
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(all[1].partition, 1u);
  EXPECT_EQ(all[1].why, "not fake");
  EXPECT_FALSE(all[1].runnerUp);
  ASSERT_EQ(all[1].candidates.size(), 2u);
  EXPECT_EQ(all[1].candidates[0].support.reasons()[0].detail, "the input must be float32");
  EXPECT_TRUE(all[1].candidates[1].support.ok());
  EXPECT_EQ(all[2].partition, kNoPartition);
  EXPECT_EQ(all[2].why, "folded into a constant");
  EXPECT_TRUE(all[2].candidates.empty());
  EXPECT_EQ(all[3].why, "folded away before planning");
}

TEST_F(Explain, SaysWhyTheDearerDelegateIsInTheCheapestPlan) {
  planning.costs.setNode(1, NodeId{0}, {3e-6, 0, Cost::Source::Estimated});
  assignment = planning.assign("optimal").value();
  plan = planning.planOf(assignment).value();
  plan.strategy = "optimal";
  calls = {cpuCalls};
  EXPECT_EQ(placements()[0].why, "cpu 3.0 us; fake 1.0 us alone, more with copies, starts and limits");
}

TEST_F(Explain, NamesTheNodeThatComputesAFusedOne) {
  std::vector<CallInfo> fused{{{NodeId{0}, NodeId{1}}, "conv_relu", ""}};
  calls = {fused, {}};
  EXPECT_EQ(placements()[0].fusedInto, std::optional<uint32_t>(1));
  EXPECT_FALSE(placements()[1].fusedInto);
}

TEST_F(Explain, SaysWhatAConstraintLeftOut) {
  planning.minNodes = 2;
  assignment = planning.assign("greedy").value();
  plan = planning.plan("greedy").value();
  const std::vector<Placement> all = placements();
  ASSERT_EQ(all[0].candidates[0].support.reasons().size(), 1u);
  EXPECT_EQ(all[0].candidates[0].support.reasons()[0].code, ReasonCode::Policy);
}

TEST_F(Explain, WritesATableOf100ColumnsWithEveryRefusal) {
  const std::string longReason(300, 'x');
  planning.support.deny(0, NodeId{1}, ReasonCode::Limit, "more words than fit in one line: " + longReason);
  const std::vector<Placement> all = placements();
  const std::vector<std::string> names = planning.names(), devices{"a fake", "this machine"};
  const std::vector<PassReport> passes{{"constant-folding", 1}, {"identities", 0}};
  const std::vector<size_t> weights{0, 123456};
  const std::string text = explain({graph(), plan, all, names, devices, passes, calls, weights});
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  for (const char* part : {"strategy test", "fake (a fake), 1 node", "120.6 KiB of weights", "upload of 'in', fake",
                           "constant-folding changed 1 node", "not fake: DataType: the input must be float32",
                           "not fake: Limit: more words", "folded into a constant", "reference: no faster kernel"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST_F(Explain, PrintsAPlanInWords) {
  const std::string text = printPlan(plan, graph(), planning.names());
  EXPECT_THAT(text, HasSubstr("partition 0 fake, 2.000 us, nodes 0; reads in; writes a\n"));
  EXPECT_THAT(text, HasSubstr("step 0 fake: upload in 0@0+64 -> "));
  EXPECT_THAT(text, HasSubstr("output 0 1@0+64\n"));
}

}  // namespace
}  // namespace trireme::plan
