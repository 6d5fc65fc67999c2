#include "core/plan/plan_verifier.h"

#include <gmock/gmock.h>

#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

// A good plan with every kind of step but one, to be spoiled: cpu a | fake b (copies) | cpu c | imports d | cpu e.
class PlanVerifier : public testing::Test {
 protected:
  PlanVerifier() : planning(chain(5), {deviceFacts("fake", 0), deviceFacts("sharing", 1, 64), hostFacts("cpu", 2)}) {
    planning.refuse(0, {0, 2, 3, 4});
    planning.refuse(1, {0, 1, 2, 4});
    planning.scratch = 64;
    auto made = planning.plan("greedy");
    EXPECT_TRUE(made.ok()) << made.status().message();
    plan = std::move(made).value();
  }
  template <class Action>
  size_t find(size_t nth = 0) const {
    for (size_t s = 0; s < plan.steps.size(); ++s) {
      if (std::holds_alternative<Action>(plan.steps[s].action) && nth-- == 0) return s;
    }
    ADD_FAILURE() << "the plan lacks such a step";
    return 0;
  }
  RunStep& run(uint32_t partition) {
    for (Step& step : plan.steps) {
      auto* one = std::get_if<RunStep>(&step.action);
      if (one && one->partition == partition) return *one;
    }
    ADD_FAILURE() << "no step runs partition " << partition;
    std::abort();
  }
  void expectBroken(const std::string& sentence) const {
    const Status status = planning.verify(plan);
    EXPECT_EQ(status.code(), Code::Internal);
    EXPECT_THAT(std::string(status.message()), HasSubstr(sentence));
  }

  Planning planning;
  ExecutionPlan plan;
};

TEST_F(PlanVerifier, AcceptsAGoodPlan) { EXPECT_TRUE(planning.verify(plan).ok()); }

TEST_F(PlanVerifier, FindsANodeInNoPartition) {
  plan.partitions[1].nodes.clear();
  expectBroken("partition 1 has no nodes");
}

TEST_F(PlanVerifier, FindsANodeInTwoPartitions) {
  plan.partitions[0].nodes.push_back(NodeId{1});
  expectBroken("operator 1 RELU is in partitions 0 and 1");
}

TEST_F(PlanVerifier, FindsAPartitionThatIsNotConvex) {
  plan.partitions[0].nodes.push_back(NodeId{2});
  plan.partitions.erase(plan.partitions.begin() + 2);
  expectBroken("partition 0 is not convex: operator 2 RELU waits for what leaves it");
}

TEST_F(PlanVerifier, FindsAMissingInput) {
  plan.partitions[2].inputs.clear();
  expectBroken("partition 2 lacks input 'b'");
}

TEST_F(PlanVerifier, FindsAMissingOutput) {
  plan.partitions[4].outputs.clear();
  expectBroken("partition 4 lacks output 'e'");
}

TEST_F(PlanVerifier, FindsAPartitionThatNeverRuns) {
  plan.steps.pop_back();
  expectBroken("partition 4 runs 0 times");
}

TEST_F(PlanVerifier, FindsAPartitionThatRunsTwice) {
  plan.steps.push_back(plan.steps.back());
  expectBroken("partition 4 runs 2 times");
}

TEST_F(PlanVerifier, FindsAMissingUpload) {
  plan.steps.erase(plan.steps.begin() + ptrdiff_t(find<UploadStep>()));
  expectBroken("'a' is read at");
}

TEST_F(PlanVerifier, FindsAMissingDownload) {
  plan.steps.erase(plan.steps.begin() + ptrdiff_t(find<DownloadStep>()));
  expectBroken("'b' is read at");
}

TEST_F(PlanVerifier, FindsAMissingHandover) {
  plan.steps.erase(plan.steps.begin() + ptrdiff_t(find<HandoverStep>()));
  expectBroken("is read in memory that belongs to the host");
}

TEST_F(PlanVerifier, FindsAReadBeforeTheWrite) {
  const size_t upload = find<UploadStep>();
  std::swap(plan.steps[upload], plan.steps[upload + 1]);
  expectBroken("'a' is read at");
}

TEST_F(PlanVerifier, FindsALostDependency) {
  for (Step& step : plan.steps) step.after.clear();
  expectBroken("touch the same memory and neither waits for the other");
}

TEST_F(PlanVerifier, FindsAStepThatWaitsForALaterOne) {
  plan.steps[1].after = {uint32_t(plan.steps.size() - 1)};
  expectBroken("step 1 waits for step");
}

TEST_F(PlanVerifier, FindsASlotOutsideItsArena) {
  run(1).inputs[0].offset += 1 << 20;
  expectBroken("leaves arena");
}

TEST_F(PlanVerifier, FindsAnArenaThatDoesNotExist) {
  run(1).inputs[0].arena = 99;
  expectBroken("a slot lies in arena 99");
}

TEST_F(PlanVerifier, FindsAMisalignedSlot) {
  plan.arenas[run(0).scratch.arena].bytes += 64;
  run(0).scratch.offset += 4;
  expectBroken("is not aligned to 64");
}

TEST_F(PlanVerifier, FindsASlotThatIsTooSmall) {
  run(0).outputs[0].bytes -= 4;
  expectBroken("needed 64");
}

TEST_F(PlanVerifier, FindsMemoryThatTheDelegateCannotReach) {
  run(1).inputs[0] = run(0).inputs[0];
  expectBroken("which cannot reach it");
}

TEST_F(PlanVerifier, FindsAnAllocationAboveTheLimit) {
  planning.facts[0].memory.maxAllocation = 64;
  expectBroken("'fake' takes 64 at most");
}

TEST_F(PlanVerifier, FindsAnImportByADeviceThatCannot) {
  planning.facts[1].memory.importAlignment = 0;
  expectBroken("imported by 'sharing', which cannot");
}

TEST_F(PlanVerifier, FindsAnImportOfTheInputs) {
  plan.arenas[kInputArena].users = {1};
  expectBroken("a device imports the inputs");
}

TEST_F(PlanVerifier, FindsScratchOverAnInput) {
  run(2).scratch = run(2).inputs[0];
  expectBroken("scratch lies in the memory of input 0");
}

TEST_F(PlanVerifier, FindsAnOutputOverAnInput) {
  run(1).outputs[0] = run(1).inputs[0];
  expectBroken("output 0 lies in the memory of input 0");
}

TEST_F(PlanVerifier, FindsAWriteOverAModelInput) {
  run(2).outputs[0] = {kInputArena, 0, 64};
  expectBroken("'c' is written over an input, a state or a constant");
}

TEST_F(PlanVerifier, FindsScratchOverAModelInput) {
  run(2).scratch = {kInputArena, 0, 64};
  expectBroken("scratch lies in an input");
}

TEST_F(PlanVerifier, FindsAReadOfTheWrongPlace) {
  std::swap(run(4).inputs[0], run(4).scratch);
  expectBroken("'d' is read at");
}

TEST_F(PlanVerifier, FindsAnOutputThatIsNotThere) {
  plan.outputs[0] = plan.inputs[0];
  expectBroken("'e' is read at");
}

TEST_F(PlanVerifier, FindsACopyOfTheWrongSize) {
  std::get<UploadStep>(plan.steps[find<UploadStep>()].action).to.bytes = 32;
  expectBroken("a copy of 'a' moves 64 bytes into 32, it has 64");
}

TEST_F(PlanVerifier, FindsAPartitionOnTheWrongDelegate) {
  plan.steps.back().delegate = 0;
  expectBroken("partition 4 runs on delegate 0");
}

TEST(PlanVerifierOfBranches, FindsALiveValueThatIsOverwritten) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), a = sketch.relu("a", x), b = sketch.relu("b", x);
  Planning planning(sketch.build({sketch.add("c", a, b)}), {hostFacts("cpu", 0)});
  ExecutionPlan plan = planning.plan("per-op").value();
  auto &first = std::get<RunStep>(plan.steps[0].action), &second = std::get<RunStep>(plan.steps[1].action);
  second.outputs[0] = first.outputs[0];
  std::get<RunStep>(plan.steps[2].action).inputs[1] = first.outputs[0];
  EXPECT_THAT(std::string(planning.verify(plan).message()), HasSubstr("'a' is read at"));
}

TEST(PlanVerifierOfState, FindsAStateThatIsNeverCommitted) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), h = sketch.stateRead("h");
  const ValueId sum = sketch.add("sum", x, h);
  sketch.state(h, sum);
  Planning planning(sketch.build({sum}), {hostFacts("cpu", 0)});
  ExecutionPlan plan = planning.plan("greedy").value();
  plan.commits.clear();
  EXPECT_THAT(std::string(planning.verify(plan).message()), HasSubstr("a state is never committed"));
}

}  // namespace
}  // namespace trireme::plan
