#include "core/run/execution.h"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

#include "core/base/clock.h"
#include "tests/unit/core/run/manual_device.h"

namespace trireme::run {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class Collector final : public TraceSink {
 public:
  void record(const TraceSpan& span) noexcept override { spans.push_back(span); }
  std::vector<TraceSpan> spans;
};

class ExecutionOfALine : public testing::Test {
 protected:
  void build(ExecutionRules rules = {}) {
    const auto failure = line.make(frame);
    ASSERT_FALSE(failure) << failure->status.message();
    execution = std::make_unique<Execution>(*frame, rules);
    line.setInput(*frame, 10);
  }
  Outcome run() {
    execution->begin(number++, deadline);
    return execution->runAll();
  }
  Line line;
  std::unique_ptr<BoundFrame> frame;
  std::unique_ptr<Execution> execution;
  uint64_t number = 0;
  TimePoint deadline = TimePoint::max();
};

TEST_F(ExecutionOfALine, RunsEveryStepAndTimesIt) {
  build();
  const Outcome outcome = run();
  EXPECT_EQ(outcome.kind, Outcome::Kind::Done) << outcome.status.message();
  EXPECT_EQ(line.output(*frame), 13);
  EXPECT_THAT(line.device.calls, ElementsAre("upload", "download"));
  ASSERT_EQ(execution->timings().size(), 5u);
  for (const StepTiming& timing : execution->timings()) {
    EXPECT_NE(timing.times.begin, TimePoint());
    EXPECT_GE(timing.times.end, timing.times.begin);
  }
  EXPECT_EQ(execution->timings()[1].bytes, 16u);
  EXPECT_EQ(execution->timings()[2].bytes, 0u);
}

TEST_F(ExecutionOfALine, RunsAgainWithOtherInputs) {
  build();
  EXPECT_EQ(run().kind, Outcome::Kind::Done);
  line.setInput(*frame, 20);
  EXPECT_EQ(run().kind, Outcome::Kind::Done);
  EXPECT_EQ(line.output(*frame), 23);
}

TEST_F(ExecutionOfALine, WaitsForTheDeviceBeforeTheHostReads) {
  line.device.manual = true;
  build();
  std::thread later([&] {
    while (line.device.timeline->added() < 2) std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(30));
    line.device.timeline->reachAll();
  });
  EXPECT_EQ(run().kind, Outcome::Kind::Done);
  later.join();
  EXPECT_GE(execution->timings()[4].waitSeconds, 0.02) << "the wait is a time of its own";
}

TEST_F(ExecutionOfALine, ShowsTheDevicesClockWhereItHasOne) {
  line.device.manual = true;
  const TimePoint begin = base::now() + std::chrono::hours(1);
  line.device.timeline->shown = {{}, begin, begin + milliseconds(7), true};
  build();
  std::thread later([&] {
    while (line.device.timeline->added() < 2) std::this_thread::sleep_for(milliseconds(1));
    line.device.timeline->reachAll();
  });
  run();
  later.join();
  const Times& times = execution->timings()[1].times;
  EXPECT_TRUE(times.deviceClock);
  EXPECT_EQ(times.begin, begin);
  EXPECT_EQ(times.end, begin + milliseconds(7));
  EXPECT_NE(times.queued, TimePoint()) << "the host's, where the device does not say";
}

TEST_F(ExecutionOfALine, EndsWithTheFirstFailureAndItsOwner) {
  build();
  line.second.trouble = [] { return Event::failed(Status::error(Code::DeviceLost, "the card fell out")); };
  const Outcome outcome = run();
  EXPECT_EQ(outcome.kind, Outcome::Kind::DeviceFailed);
  EXPECT_EQ(outcome.step, 2u);
  EXPECT_EQ(outcome.delegate, 0u);
  EXPECT_EQ(outcome.status.code(), Code::DeviceLost);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("in step 2 of the plan, on 'manual'"));
  EXPECT_TRUE(outcome.hung.empty());
  EXPECT_THAT(line.device.calls, ElementsAre("upload")) << "nothing more was called";
}

TEST_F(ExecutionOfALine, MakesAStatusOfWhatADelegateThrows) {
  build();
  line.second.trouble = []() -> Event { throw std::runtime_error("not a status"); };
  EXPECT_THAT(std::string(run().status.message()), HasSubstr("submitting threw: not a status"));
  line.second.trouble = []() -> Event { throw 5; };
  EXPECT_THAT(std::string(run().status.message()), HasSubstr("an unknown exception"));
}

TEST_F(ExecutionOfALine, CallsADeviceHungAndSaysSo) {
  line.device.manual = true;
  build({milliseconds(50), nullptr, nullptr});
  const Outcome outcome = run();
  EXPECT_EQ(outcome.kind, Outcome::Kind::DeviceFailed);
  EXPECT_EQ(outcome.status.code(), Code::DeadlineExceeded);
  EXPECT_THAT(outcome.hung, ElementsAre(0u));
  EXPECT_FALSE(execution->idle());
  line.device.timeline->reachAll();
  EXPECT_TRUE(execution->idle());
}

TEST_F(ExecutionOfALine, DoesNotWaitAgainForADeviceThatIsKnownToHang) {
  line.device.manual = true;
  build({std::chrono::hours(1), nullptr, nullptr});
  execution->begin(0, TimePoint::max());
  for (uint32_t step = 0; step < 4; ++step) execution->perform(step);
  execution->abort();
  const std::vector<uint32_t> hung{0};
  EXPECT_THAT(execution->finish(hung).hung, ElementsAre(0u));
  line.device.timeline->reachAll();
}

TEST_F(ExecutionOfALine, EndsACancelledFrameAndRunsTheNext) {
  std::atomic<uint64_t> cancelledBelow{1};
  build({{}, &cancelledBelow, nullptr});
  EXPECT_EQ(run().kind, Outcome::Kind::Cancelled);
  EXPECT_TRUE(line.device.calls.empty());
  EXPECT_EQ(run().kind, Outcome::Kind::Done) << "frame 1 was not cancelled";
}

TEST_F(ExecutionOfALine, LetsTheDeviceFinishBeforeACancelledFrameEnds) {
  std::atomic<uint64_t> cancelledBelow{0};
  line.device.manual = true;
  build({{}, &cancelledBelow, nullptr});
  std::thread later([&] {
    while (line.device.timeline->added() < 2) std::this_thread::sleep_for(milliseconds(1));
    cancelledBelow = 1;
    std::this_thread::sleep_for(milliseconds(80));
    line.device.timeline->reachAll();
  });
  const Outcome outcome = run();
  EXPECT_EQ(outcome.kind, Outcome::Kind::Cancelled);
  EXPECT_TRUE(execution->idle());
  later.join();
}

TEST_F(ExecutionOfALine, EndsAFrameWhoseTimeIsOver) {
  build();
  line.first.trouble = [] {
    std::this_thread::sleep_for(milliseconds(30));
    return Event();
  };
  deadline = base::now() + milliseconds(10);
  const Outcome outcome = run();
  EXPECT_EQ(outcome.kind, Outcome::Kind::TimedOut);
  EXPECT_EQ(outcome.status.code(), Code::DeadlineExceeded);
}

TEST_F(ExecutionOfALine, ChecksTheTimeAlsoAfterTheLastStep) {
  build();
  line.third.trouble = [] {
    std::this_thread::sleep_for(milliseconds(60));
    return Event();
  };
  deadline = base::now() + milliseconds(40);
  EXPECT_EQ(run().kind, Outcome::Kind::TimedOut);
}

TEST_F(ExecutionOfALine, RecordsASpanForEveryStep) {
  Collector collector;
  build({{}, nullptr, &collector});
  run();
  std::vector<SpanKind> kinds;
  for (const TraceSpan& span : collector.spans) {
    if (span.kind != SpanKind::Wait) kinds.push_back(span.kind);
  }
  EXPECT_THAT(kinds, ElementsAre(SpanKind::Run, SpanKind::Copy, SpanKind::Run, SpanKind::Copy, SpanKind::Run));
}

// Work that is queued early and seen to end late, on a device without a clock, is told one after the other all the
// same.
TEST_F(ExecutionOfALine, TimesAQueueInItsOrder) {
  line.device.manual = true;
  line.second.trouble = [this] { return line.device.done(); };
  build();
  std::thread later([&] {
    while (line.device.timeline->added() < 3) std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(5));
    line.device.timeline->reachAll();
  });
  EXPECT_EQ(run().kind, Outcome::Kind::Done);
  later.join();
  const auto steps = execution->timings();
  for (size_t s : {1U, 2U, 3U}) {
    EXPECT_LE(steps[s].times.queued, steps[s].times.begin);
    EXPECT_LE(steps[s].times.begin, steps[s].times.end);
    EXPECT_GE(steps[s].times.begin, steps[s - 1].times.end);
  }
  EXPECT_FALSE(steps[1].times.deviceClock);
}

TEST(ExecutionOfAHandover, ReleasesWaitsAndAcquires) {
  Line line;
  line.plan.arenas.push_back({Arena::Home::Host, Arena::Lifetime::Frame, {0, 2}, 64, 64});
  ManualDevice other;
  line.delegates = {line.delegates[0], line.delegates[1], std::make_shared<ManualDelegate>("other", other)};
  const Slot slot{4, 0, 16};
  line.plan.steps = {{HandoverStep{ValueId{0}, slot, kHost, 0}, 0, {}, {}},
                     {HandoverStep{ValueId{0}, slot, 0, 2}, 2, {0}, {}},
                     {HandoverStep{ValueId{0}, slot, 2, kHost}, 2, {}, {}}};
  line.plan.partitions.clear();
  line.program = std::make_unique<Program>(line.plan, line.delegates);
  std::unique_ptr<BoundFrame> frame;
  ASSERT_FALSE(BoundFrame::create(*line.program, {}, {}, {}, frame));
  Execution execution(*frame, {});
  execution.begin(0, TimePoint::max());
  EXPECT_EQ(execution.runAll().kind, Outcome::Kind::Done);
  EXPECT_THAT(line.device.calls, ElementsAre("acquire", "release"));
  EXPECT_THAT(other.calls, ElementsAre("acquire", "release"));
}

TEST(ExecutionOfAHandover, BlamesTheGiverThatHangsInItsRelease) {
  Line line;
  ManualDevice other;
  line.plan.arenas.push_back({Arena::Home::Host, Arena::Lifetime::Frame, {0, 2}, 64, 64});
  line.delegates = {line.delegates[0], line.delegates[1], std::make_shared<ManualDelegate>("other", other)};
  line.plan.steps = {{HandoverStep{ValueId{0}, {4, 0, 16}, 0, 2}, 2, {}, {}}};
  line.plan.partitions.clear();
  line.program = std::make_unique<Program>(line.plan, line.delegates);
  std::unique_ptr<BoundFrame> frame;
  ASSERT_FALSE(BoundFrame::create(*line.program, {}, {}, {}, frame));
  line.device.manual = true;
  Execution execution(*frame, {milliseconds(30), nullptr, nullptr});
  execution.begin(0, TimePoint::max());
  const Outcome outcome = execution.runAll();
  EXPECT_EQ(outcome.delegate, 0u);
  EXPECT_THAT(outcome.hung, ElementsAre(0u));
  EXPECT_FALSE(execution.idle());
  line.device.timeline->reachAll();
  EXPECT_TRUE(execution.idle());
}

}  // namespace
}  // namespace trireme::run
