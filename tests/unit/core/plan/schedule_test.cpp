#include "core/plan/schedule.h"

#include <gmock/gmock.h>

#include "core/plan/plan_printer.h"
#include "core/plan/steps.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "run 0", "upload of 'a' fake"... of every step.
std::vector<std::string> steps(const Planning& planning, const ExecutionPlan& plan) {
  std::vector<std::string> list;
  for (const Step& step : plan.steps) {
    std::string text = describeAction(step.action, planning.graph) + " on " + planning.facts[step.delegate].name;
    for (uint32_t earlier : step.after) text += " after " + std::to_string(earlier);
    list.push_back(text);
  }
  return list;
}

ExecutionPlan planned(Planning& planning, std::string_view strategy = "greedy") {
  auto plan = planning.plan(strategy);
  EXPECT_TRUE(plan.ok()) << plan.status().message();
  return plan.ok() ? std::move(plan).value() : ExecutionPlan();
}

// a | b | c | d with b on the first device and c on the second.
Planning overTwoDevices(size_t importAlignment) {
  Planning planning(chain(4), {deviceFacts("opencl", 0, importAlignment), deviceFacts("vulkan", 1, importAlignment),
                               hostFacts("cpu", 2)});
  planning.refuse(0, {0, 2, 3});
  planning.refuse(1, {0, 1, 3});
  return planning;
}

TEST(Schedule, CopiesOverTheHostBetweenTwoDevices) {
  Planning planning = overTwoDevices(0);
  EXPECT_THAT(
      steps(planning, planned(planning)),
      ElementsAre("run of partition 0 on cpu", "upload of 'a' on opencl after 0", "run of partition 1 on opencl",
                  "download of 'b' on opencl", "upload of 'b' on vulkan after 3", "run of partition 2 on vulkan",
                  "download of 'c' on vulkan", "run of partition 3 on cpu after 6"));
}

TEST(Schedule, HandsSharedMemoryOverWithoutCopies) {
  Planning planning = overTwoDevices(4096);
  const ExecutionPlan plan = planned(planning);
  EXPECT_THAT(steps(planning, plan), ElementsAre("run of partition 0 on cpu", "hand-over of 'a' on opencl after 0",
                                                 "run of partition 1 on opencl", "hand-over of 'b' on vulkan after 2",
                                                 "run of partition 2 on vulkan", "hand-over of 'c' on vulkan",
                                                 "run of partition 3 on cpu after 5"));
  for (const Arena& arena : plan.arenas) {
    EXPECT_EQ(arena.home, Arena::Home::Host);
    if (!arena.users.empty()) {
      EXPECT_EQ(arena.bytes % 4096, 0u);
    }
  }
}

TEST(Schedule, CopiesWhereOnlyOneOfTwoCanImport) {
  Planning planning = overTwoDevices(0);
  planning.facts[0].memory.importAlignment = 64;
  EXPECT_THAT(
      steps(planning, planned(planning)),
      ElementsAre("run of partition 0 on cpu", "hand-over of 'a' on opencl after 0", "run of partition 1 on opencl",
                  "hand-over of 'b' on opencl", "upload of 'b' on vulkan after 3", "run of partition 2 on vulkan",
                  "download of 'c' on vulkan", "run of partition 3 on cpu after 6"));
}

TEST(Schedule, CopiesWhereAnImportWouldBeTooLarge) {
  Planning planning = overTwoDevices(128);
  planning.facts[0].memory.maxAllocation = planning.facts[1].memory.maxAllocation = 100;
  const ExecutionPlan plan = planned(planning);
  for (const Step& step : plan.steps) EXPECT_FALSE(std::holds_alternative<HandoverStep>(step.action));
}

TEST(Schedule, UploadsTheModelsInputsAlsoWhereMemoryCouldBeShared) {
  Planning planning(chain(1), {deviceFacts("fake", 0, 64), hostFacts("cpu", 1)});
  EXPECT_THAT(steps(planning, planned(planning)),
              ElementsAre("upload of 'in' on fake", "run of partition 0 on fake", "hand-over of 'a' on fake"));
}

TEST(Schedule, CopiesAValueOnceToADeviceHoweverManyReadIt) {
  Sketch sketch;
  const ValueId a = sketch.relu("a", sketch.input("x"));
  const ValueId b = sketch.relu("b", a), c = sketch.relu("c", b);
  const ValueId d = sketch.add("d", a, c);
  Planning planning(sketch.build({d}), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.refuse(0, {0, 2});  // fake: b | d, both read from the host; a goes up once
  EXPECT_THAT(steps(planning, planned(planning)),
              ElementsAre("run of partition 0 on cpu", "upload of 'a' on fake after 0", "run of partition 1 on fake",
                          "download of 'b' on fake", "run of partition 2 on cpu after 3",
                          "upload of 'c' on fake after 4", "run of partition 3 on fake", "download of 'd' on fake"));
}

TEST(Schedule, KeepsOnTheDeviceWhatOnlyTheDeviceReads) {
  Planning planning(chain(3), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  EXPECT_THAT(steps(planning, planned(planning, "per-op")),
              ElementsAre("upload of 'in' on fake", "run of partition 0 on fake", "run of partition 1 on fake",
                          "run of partition 2 on fake", "download of 'c' on fake"));
}

// Two readers of shared memory take turns: who acquired it is the only one who may look.
TEST(Schedule, GivesSharedMemoryBackBeforeTheHostReadsIt) {
  Sketch sketch;
  const ValueId a = sketch.relu("a", sketch.input("x"));
  const ValueId b = sketch.relu("b", a), c = sketch.relu("c", a);
  const ValueId d = sketch.add("d", b, c);
  Planning planning(sketch.build({d}), {deviceFacts("fake", 0, 64), hostFacts("cpu", 1)});
  planning.refuse(0, {0, 2, 3});
  const Assignment byHand{{{1, {NodeId{0}}}, {0, {NodeId{1}}}, {1, {NodeId{2}, NodeId{3}}}}, {}, false};
  const auto plan = planning.planOf(byHand);
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_THAT(steps(planning, plan.value()),
              ElementsAre("run of partition 0 on cpu", "hand-over of 'a' on fake after 0", "run of partition 1 on fake",
                          "hand-over of 'b' on fake", "hand-over of 'a' on fake", "run of partition 2 on cpu after 4"));
}

TEST(Schedule, ReadsAnOutputThatIsAnInputWhereItIs) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), a = sketch.relu("a", x);
  Planning planning(sketch.build({x, a, a}), {hostFacts("cpu", 0)});
  const ExecutionPlan plan = planned(planning);
  EXPECT_EQ(plan.outputs[0], plan.inputs[0]);
  EXPECT_EQ(plan.outputs[1], plan.outputs[2]);
}

TEST(Schedule, FillsOutputsThatAreConstants) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), k = sketch.constant("k");
  Planning planning(sketch.build({sketch.relu("a", x), k}), {hostFacts("cpu", 0)});
  const ExecutionPlan plan = planned(planning);
  ASSERT_EQ(plan.constants.size(), 1u);
  EXPECT_EQ(plan.constants[0].slot, plan.outputs[1]);
}

TEST(Schedule, CommitsStateFromTheFrameToTheInterpreter) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), h = sketch.stateRead("h");
  const ValueId sum = sketch.add("sum", x, h);
  sketch.state(h, sum);
  Planning planning(sketch.build({sum}), {deviceFacts("fake", 0, 64), hostFacts("cpu", 1)});
  const ExecutionPlan plan = planned(planning);
  ASSERT_EQ(plan.commits.size(), 1u);
  EXPECT_EQ(plan.arenas[plan.commits[0].kept.arena].lifetime, Arena::Lifetime::Interpreter);
  EXPECT_TRUE(plan.arenas[plan.commits[0].kept.arena].users.empty()) << "a failing device must not take state along";
  EXPECT_EQ(plan.commits[0].written, plan.outputs[0]);
}

// h' = g and g' = h: each is copied to the frame before the other is overwritten.
TEST(Schedule, CopiesStatesThatSwapPlaces) {
  Sketch sketch;
  const ValueId x = sketch.input("x"), h = sketch.stateRead("h"), g = sketch.stateRead("g");
  sketch.state(h, g);
  sketch.state(g, h);
  Planning planning(sketch.build({sketch.add("a", x, sketch.add("s", h, g)), h}), {hostFacts("cpu", 0)});
  const ExecutionPlan plan = planned(planning);
  EXPECT_THAT(steps(planning, plan),
              ElementsAre("run of partition 0 on cpu", "upload of 'h' on cpu", "upload of 'g' on cpu"));
  EXPECT_NE(plan.arenas[plan.outputs[1].arena].lifetime, Arena::Lifetime::Interpreter);
}

TEST(Schedule, TheSameTablesGiveTheSamePlanByteForByte) {
  Planning first = overTwoDevices(4096), second = overTwoDevices(4096);
  const std::string text = printPlan(planned(first), first.graph, first.names());
  EXPECT_EQ(text, printPlan(planned(second), second.graph, second.names()));
  EXPECT_THAT(text, HasSubstr("handover b"));
}

TEST(MemoryPlanner, ComputesInPlaceWhereAnInputDies) {
  Planning planning(chain(6), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.inPlace = true;
  const ExecutionPlan plan = planned(planning, "per-op");
  const auto device = std::ranges::find(plan.arenas, Arena::Home::Device, &Arena::home);
  ASSERT_NE(device, plan.arenas.end());
  EXPECT_EQ(device->bytes, 64u) << "six values of 64 bytes share one place";
}

TEST(MemoryPlanner, NeverComputesOverAModelInput) {
  Planning planning(chain(2), {hostFacts("cpu", 0)});
  planning.inPlace = true;
  const ExecutionPlan plan = planned(planning, "per-op");
  const auto& first = std::get<RunStep>(plan.steps[0].action);
  EXPECT_EQ(first.inputs[0], plan.inputs[0]);
  EXPECT_NE(first.outputs[0].arena, kInputArena);
}

TEST(MemoryPlanner, SplitsWhatADeviceCannotAllocateAtOnce) {
  Sketch sketch;
  const ValueId x = sketch.input("x");
  std::vector<ValueId> outputs;
  for (char name = 'a'; name < 'g'; ++name) outputs.push_back(sketch.relu(std::string(1, name), x));
  ValueId last = outputs[0];
  for (size_t i = 1; i < outputs.size(); ++i) last = sketch.add("s" + std::to_string(i), last, outputs[i]);
  Planning planning(sketch.build({last}), {deviceFacts("fake", 0), hostFacts("cpu", 1)});
  planning.facts[0].memory.maxAllocation = 600;
  const ExecutionPlan plan = planned(planning, "per-op");
  size_t arenas = 0;
  for (const Arena& arena : plan.arenas) {
    if (arena.home != Arena::Home::Device) continue;
    ++arenas;
    EXPECT_LE(arena.bytes, 600u);
  }
  EXPECT_GE(arenas, 2u);
}

TEST(MemoryPlanner, GivesScratchOnlyWhileItsPartitionRuns) {
  Planning planning(chain(4), {hostFacts("cpu", 0)});
  planning.scratch = 10000;
  const ExecutionPlan plan = planned(planning, "per-op");
  size_t bytes = 0;
  for (const Arena& arena : plan.arenas) bytes += arena.bytes;
  EXPECT_LT(bytes, 20000u) << "four partitions share one scratch";
}

}  // namespace
}  // namespace trireme::plan
