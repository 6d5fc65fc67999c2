#include "core/plan/explain.h"

#include <gmock/gmock.h>

#include <sstream>

#include "core/plan/copy_causes.h"
#include "core/plan/placements.h"
#include "core/plan/plan_printer.h"
#include "core/plan/refusal_groups.h"
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
    return describePlacements({source, graph(), plan, planning.support, planning.costs, planning.facts,
                               assignment.dropped, folded, calls, changes});
  }
  std::string report() {
    const std::vector<Placement> all = placements();
    const std::vector<std::string> names = planning.names(), devices{"a fake", "this machine"};
    const std::vector<PassReport> passes{{"constant-folding", 1}, {"identities", 0}};
    const std::vector<size_t> weights{0, 123456};
    return explain({graph(), plan, all, names, devices, passes, calls, weights, limits});
  }
  const Graph& graph() const { return planning.graph; }

  Graph source;
  Planning planning;
  Assignment assignment;
  ExecutionPlan plan;
  std::vector<FoldedNode> folded{{2, "folded into a constant"}};
  std::vector<PassChange> changes;
  std::vector<PartitionLimits> limits;
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
  const std::string text = report();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  for (const char* part :
       {"strategy test", "a fake\n", "120.6 KiB", "'in', an input of the model, which lies on the host",
        "constant-folding took 1 node away", "DataType: the input must be float32", "Limit: more words than fit",
        "not on fake: 1 node it refuses", "folded into a constant"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST_F(Explain, KeepsTo100ColumnsWithLongNamesToo) {
  planning.facts[0].name = "emulated:/a/long/way/to/a/profile/that/somebody/named/after/a/whole/product/family.json";
  planning.costs.setNode(0, NodeId{0}, {1e-6, 0, Cost::Source::Published});
  planning.costs.setNode(1, NodeId{0}, {1e-6, 0, Cost::Source::Measured});
  planning.support.deny(0, NodeId{1}, ReasonCode::Limit, "'" + std::string(200, 'n') + "' is too large");
  std::istringstream lines(report());
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_GT(count, 20u);
}

TEST_F(Explain, SumsUpNodesAndTimeOfEachDelegate) {
  EXPECT_THAT(report(), HasSubstr("delegate        nodes            MMAC        predicted  prices\n"
                                  "fake          1  50 %       0.0     -     2.0 us"));
}

TEST_F(Explain, SaysWherePricesComeFrom) {
  planning.costs.setNode(0, NodeId{0}, {1e-6, 0, Cost::Source::Published});
  planning.costs.setNode(1, NodeId{0}, {1e-6, 0, Cost::Source::Measured});
  const std::string text = report();
  EXPECT_THAT(text, HasSubstr("published\ncpu"));
  EXPECT_THAT(text, HasSubstr("measured 1, estimated 1\n"));
}

TEST_F(Explain, MarksTheNodesWhosePriceComesFromElsewhereThanTheOthers) {
  planning = Planning(chain(2), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  source = chain(2);
  planning.refuse(0, {0, 1});
  planning.costs.setNode(1, NodeId{0}, {1e-6, 0, Cost::Source::Estimated});
  planning.costs.setNode(1, NodeId{1}, {2e-6, 0, Cost::Source::Measured});
  assignment = planning.assign("greedy").value();
  plan = planning.planOf(assignment).value();
  calls = {cpuCalls};
  const std::string text = report();
  EXPECT_THAT(text, HasSubstr("2.0 us  price measured; [1]\n"));
  EXPECT_THAT(text, HasSubstr("1.0 us  [1]\n"));
}

TEST_F(Explain, WeighsTheLargestRefusalWithItsCopiesAndKnowsNoGainWithoutAPrice) {
  planning.costs.setNode(0, NodeId{1}, {});
  EXPECT_THAT(report(), HasSubstr("[1] weighs most: the node and 1 copy at their borders are"));
  EXPECT_THAT(report(), HasSubstr("no price there, so the gain is not known"));
  planning.costs.setNode(0, NodeId{1}, {7e-6, 0, Cost::Source::Estimated});
  EXPECT_THAT(report(), HasSubstr("priced at 7.0 us there"));
}

TEST_F(Explain, SaysWhereADelegateHasAllThePartitionsThatItMayHave) {
  planning.support = SupportTable(2, 2);
  assignment.groups = {{0, {NodeId{0}}}, {1, {NodeId{1}}}};
  plan = planning.planOf(assignment).value();
  EXPECT_THAT(report(), testing::Not(HasSubstr("the most that")));
  limits = {{1, UINT32_MAX, 1}, {}};
  EXPECT_THAT(report(), HasSubstr("It has 1 partition, the most that"));
}

TEST_F(Explain, NamesThePassesThatChangedANode) {
  changes = {{0, "identities"}, {1, "constant-folding"}, {1, "identities"}};
  EXPECT_EQ(placements()[0].passes, std::vector<std::string>{"identities"});
  EXPECT_EQ(placements()[1].passes, (std::vector<std::string>{"constant-folding", "identities"}));
  EXPECT_TRUE(placements()[2].passes.empty());
  EXPECT_THAT(report(), HasSubstr("[1]; changed by constant-folding,"));
}

TEST_F(Explain, GivesNeighboursThatWereFoldedAlikeOneLine) {
  source = chain(7);
  folded = {{2, "folded into a constant"}, {3, "folded into a constant"}, {4, "gone"}, {5, "gone"}, {6, "gone"}};
  const std::string text = report();
  EXPECT_THAT(text, HasSubstr(" 2-3  RELU"));
  EXPECT_THAT(text, HasSubstr(" 4-6  RELU"));
}

TEST_F(Explain, NamesEachKernelWithItsReason) {
  EXPECT_THAT(explainKernels(graph(), calls), HasSubstr("    1         1  reference  no faster kernel; 2 threads"));
}

TEST_F(Explain, GivesEveryCopyItsCause) {
  const std::vector<std::string> names = planning.names();
  const std::vector<Placement> all = placements();
  const std::vector<CopyCause> causes = copyCauses({graph(), plan, all, names});
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].why, "an input of the model, which lies on the host, read by node 0 RELU");
  EXPECT_FALSE(causes[0].refused);
  EXPECT_EQ(causes[1].why, "made by node 0 RELU, read by node 1 RELU; fake does not take node 1 (DataType)");
  EXPECT_EQ(causes[1].refused, std::optional(std::pair(0u, 1u)));
}

// a on fake 0, b on fake 1, c on the CPU; a is an output too.
TEST(CopyCauses, SayWhereAValueGoesOverTheHostAndWhoNeedsItAtTheEnd) {
  Planning planning(
      [] {
        Sketch sketch;
        const ValueId a = sketch.relu("a", sketch.input("in"));
        const ValueId b = sketch.relu("b", a);
        return sketch.build({a, sketch.relu("c", b)});
      }(),
      {deviceFacts("one", 0), deviceFacts("two", 1), hostFacts("cpu", 2)});
  planning.refuse(0, {2});
  planning.refuse(1, {0});
  Assignment assignment;
  assignment.groups = {{0, {NodeId{0}}}, {1, {NodeId{1}}}, {2, {NodeId{2}}}};
  const ExecutionPlan plan = planning.planOf(assignment).value();
  const Graph& graph = planning.graph;
  const std::vector<std::span<const CallInfo>> calls(3);
  const auto placements =
      describePlacements({graph, graph, plan, planning.support, planning.costs, planning.facts, {}, {}, calls, {}});
  std::vector<std::string> whys;
  for (const CopyCause& cause : copyCauses({graph, plan, placements, planning.names()})) whys.push_back(cause.why);
  EXPECT_THAT(whys, testing::ElementsAre(
                        "an input of the model, which lies on the host, read by node 0 RELU",
                        "made by node 0 RELU; an output of the model, and read by node 1 RELU on two",
                        "made by node 0 RELU on one, read by node 1 RELU; two does not take node 0 (UnknownOp)",
                        "made by node 1 RELU, read by node 2 RELU; each takes the other's node too, the strategy "
                        "parts them"));
}

TEST(CopyCauses, TellOfMemoryThatIsHandedOver) {
  Planning planning(chain(3), {deviceFacts("one", 0, 64), hostFacts("cpu", 1)});
  planning.refuse(0, {1});
  const ExecutionPlan plan = planning.plan("greedy").value();
  const Graph& graph = planning.graph;
  const std::vector<std::span<const CallInfo>> calls(plan.partitions.size());
  const auto placements =
      describePlacements({graph, graph, plan, planning.support, planning.costs, planning.facts, {}, {}, calls, {}});
  std::vector<std::string> whys;
  for (const CopyCause& cause : copyCauses({graph, plan, placements, planning.names()})) {
    if (std::holds_alternative<HandoverStep>(plan.steps[cause.step].action)) whys.push_back(cause.why);
  }
  EXPECT_THAT(whys,
              testing::ElementsAre("made by node 0 RELU, read by node 1 RELU; one does not take node 1 (UnknownOp)",
                                   "made by node 1 RELU, read by node 2 RELU; one does not take node 1 (UnknownOp)",
                                   "made by node 2 RELU; an output of the model"));
}

Placement refusedBy(uint32_t node, std::initializer_list<const char*> sentences) {
  Placement placement;
  placement.origins = {node};
  Candidate candidate;
  for (const char* sentence : sentences) candidate.support.require(false, ReasonCode::Limit, sentence);
  placement.candidates = {candidate};
  return placement;
}

TEST(RefusalGroups, TakeNamesAndNumbersOutOfASentenceAndKeepThemAtTheNode) {
  const std::vector<Placement> placements{
      refusedBy(3, {"input 1 'a b' has 32 scales; one is possible, before NNAPI 1.2"}),
      refusedBy(4, {"input 1 'c' has -4.5 scales; one is possible, before NNAPI 1.2", "the input's rank is 3"}),
      refusedBy(7, {"the input's rank is 3", "CONV_2D has 'a'", "CONV_3D has 'a'"})};
  const Refusals refusals = groupRefusals(placements);
  ASSERT_EQ(refusals.groups.size(), 4u);
  EXPECT_EQ(refusals.groups[0].sentence, "input 1 * has * scales; one is possible, before NNAPI 1.2");
  EXPECT_EQ(refusals.groups[0].nodes, (std::vector<uint32_t>{3, 4}));
  EXPECT_EQ(refusals.groups[1].sentence, "the input's rank is 3");
  EXPECT_EQ(refusals.groups[1].nodes, (std::vector<uint32_t>{4, 7}));
  EXPECT_EQ(refusals.groups[2].sentence, "CONV_2D has 'a'");
  EXPECT_EQ(refusals.groups[3].sentence, "CONV_3D has 'a'");
  EXPECT_EQ(refusals.mentions[0][0].differing, "'a b', 32");
  ASSERT_EQ(refusals.mentions[1].size(), 2u);
  EXPECT_EQ(refusals.mentions[1][0].differing, "'c', -4.5");
  EXPECT_EQ(refusals.mentions[1][1].differing, "");
  EXPECT_EQ(refusals.mentions[2].size(), 3u);
}

TEST(RefusalGroups, KeepDelegatesAndCodesApart) {
  Placement placement = refusedBy(0, {"no"});
  Candidate other;
  other.delegate = 1;
  other.support.require(false, ReasonCode::Limit, "no").require(false, ReasonCode::Rank, "no");
  placement.candidates.push_back(other);
  EXPECT_EQ(groupRefusals(std::span(&placement, 1)).groups.size(), 3u);
}

TEST_F(Explain, PrintsAPlanInWords) {
  const std::string text = printPlan(plan, graph(), planning.names());
  EXPECT_THAT(text, HasSubstr("partition 0 fake, 2.000 us, nodes 0; reads in; writes a\n"));
  EXPECT_THAT(text, HasSubstr("step 0 fake: upload in 0@0+64 -> "));
  EXPECT_THAT(text, HasSubstr("output 0 1@0+64\n"));
}

}  // namespace
}  // namespace trireme::plan
