#include "tests/unit/faults/mixed_plan.h"

// What the library says about a plan over two devices: timings, placements, the table.
namespace trireme::faults {
namespace {

using std::chrono::microseconds;

double seconds(TimePoint begin, TimePoint end) { return std::chrono::duration<double>(end - begin).count(); }

FakeOptions slowParts() {
  FakeOptions options = onFake();
  options.delays[size_t(Call::Submit)] = microseconds(20'000);
  options.delays[size_t(Call::Upload)] = microseconds(10'000);
  options.delays[size_t(Call::Download)] = microseconds(5'000);
  return options;
}

TEST(Timings, CoverEveryStepAndExplainTheWhole) {
  const Fake fake(slowParts());
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  const ExecutionPlan& plan = interpreter.value()->plan();
  const FrameTiming& timing = interpreter.value()->frame().lastTimings();
  ASSERT_EQ(plan.steps.size(), timing.steps.size());
  double sum = 0;
  for (size_t i = 0; i < timing.steps.size(); ++i) {
    const StepTiming& step = timing.steps[i];
    EXPECT_EQ(i, step.step);
    EXPECT_LE(step.times.begin, step.times.end);
    EXPECT_GE(step.waitSeconds, 0);
    EXPECT_NE(TimePoint(), step.times.end);
    sum += seconds(step.times.begin, step.times.end);
  }
  const double whole = seconds(timing.begin, timing.end);
  EXPECT_GT(sum, 0.5 * whole);
  EXPECT_LT(sum, 1.1 * whole + 0.002);
}

TEST(Timings, SayHowManyBytesACopyMovedAndUseTheDevicesClock) {
  const Fake fake(slowParts());
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  const ExecutionPlan& plan = interpreter.value()->plan();
  for (const StepTiming& step : interpreter.value()->frame().lastTimings().steps) {
    const Action& action = plan.steps[step.step].action;
    const double took = seconds(step.times.begin, step.times.end);
    if (std::holds_alternative<RunStep>(action)) {
      EXPECT_EQ(0u, step.bytes);
    } else if (const auto* upload = std::get_if<UploadStep>(&action)) {
      EXPECT_EQ(upload->to.bytes, step.bytes);
      EXPECT_GE(took, 0.009);
      EXPECT_TRUE(step.times.deviceClock);
    } else if (const auto* download = std::get_if<DownloadStep>(&action)) {
      EXPECT_EQ(download->from.bytes, step.bytes);
      EXPECT_GE(took, 0.004);
      EXPECT_TRUE(step.times.deviceClock);
    }
    if (std::holds_alternative<RunStep>(action) && plan.steps[step.step].delegate == 0) {
      EXPECT_GE(took, 0.019);
    }
  }
}

TEST(Timings, StandAClockThatRunsAway) {
  FakeOptions options = slowParts();
  options.clock.offset = std::chrono::hours(100);
  options.clock.skew = -0.5;
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  for (const StepTiming& step : interpreter.value()->frame().lastTimings().steps) {
    EXPECT_LE(step.times.begin, step.times.end);
    EXPECT_LT(seconds(step.times.begin, step.times.end), 10);
  }
}

TEST(Timings, AreThoseOfTheRunThatSucceededAfterAFault) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 1, How::FailLater});
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  EXPECT_EQ(interpreter.value()->plan().steps.size(), interpreter.value()->frame().lastTimings().steps.size());
}

TEST(Explain, NamesTheFakeTheReasonsAndEveryRefusal) {
  FakeOptions options = onFake();
  options.turnedDown = {OpKind::Tanh};
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  auto compiled = CompiledModel::create(model, with(fake));
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  const std::string text = compiled.value()->explain();
  EXPECT_NE(std::string::npos, text.find("fake")) << text;
  EXPECT_NE(std::string::npos, text.find("CONV_2D is not among its operators")) << text;
  EXPECT_NE(std::string::npos, text.find("compiler turned TANH")) << text;
  ASSERT_EQ(7u, compiled.value()->placements().size());
  for (const Placement& placement : compiled.value()->placements()) {
    EXPECT_FALSE(placement.why.empty());
    ASSERT_EQ(2u, placement.candidates.size()) << opName(placement.op);
    const PlannedPartition& partition = compiled.value()->plan().partitions[placement.partition];
    if (partition.delegate == 0) {
      EXPECT_TRUE(placement.candidates[0].support.ok());
    } else {
      EXPECT_FALSE(placement.candidates[0].support.ok()) << opName(placement.op);
    }
    if (placement.op == OpKind::Tanh) {
      ASSERT_FALSE(placement.candidates[0].support.reasons().empty());
      EXPECT_EQ(ReasonCode::CompileFailed, placement.candidates[0].support.reasons()[0].code);
    }
  }
}

TEST(Explain, SaysAfterAFaultThatTheDeviceFailed) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 1, How::FailLater});
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
  size_t refused = 0;
  for (const Placement& placement : interpreter.value()->compiled().placements()) {
    for (const Candidate& candidate : placement.candidates) {
      for (const Reason& reason : candidate.support.reasons()) refused += reason.code == ReasonCode::DeviceFailed;
    }
  }
  EXPECT_GE(refused, 4u);
  EXPECT_NE(std::string::npos, interpreter.value()->explain().find("fake"));
}

TEST(Faults, AreCountedByFrameAndSaidInTheLog) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 5, How::Fail});
  const auto model = support::modelOf(sandwich());
  std::vector<std::string> said;
  auto interpreter = Interpreter::create(
      model, with(fake).setLog([&said](std::string_view sentence) { said.emplace_back(sentence); }));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  for (uint64_t seed : {1U, 2U, 3U, 4U}) ASSERT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
  ASSERT_EQ(1u, interpreter.value()->faults().size());
  EXPECT_EQ(2u, interpreter.value()->faults()[0].frame);  // two submissions a frame
  bool named = false;
  for (const std::string& sentence : said) named = named || sentence.find("fake") != std::string::npos;
  EXPECT_TRUE(named);
}

}  // namespace
}  // namespace trireme::faults
