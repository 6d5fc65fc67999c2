#include "core/run/waiting.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/base/clock.h"
#include "tests/unit/core/run/manual_device.h"

namespace trireme::run {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<ManualTimeline> fresh() { return std::make_shared<ManualTimeline>(); }

TEST(WaitFor, ReturnsAtOnceWhatIsReached) { EXPECT_EQ(waitFor(Event(), base::now(), nullptr).end, WaitEnd::Reached); }

TEST(WaitFor, ReturnsWhatIsReachedLater) {
  const auto timeline = fresh();
  const Event event(timeline, timeline->add());
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(50));
    timeline->reachAll();
  });
  EXPECT_EQ(waitFor(event, TimePoint::max(), nullptr).end, WaitEnd::Reached);
  later.join();
}

TEST(WaitFor, ReturnsTheFailure) {
  const Waited waited = waitFor(Event::failed(Status::error(Code::DeviceLost, "gone")), TimePoint::max(), nullptr);
  EXPECT_EQ(waited.end, WaitEnd::Failed);
  EXPECT_EQ(waited.failure.message(), "gone");
}

TEST(WaitFor, TakesADeadlineThatTheWorkReportsForItsFailure) {
  const Event event = Event::failed(Status::error(Code::DeadlineExceeded, "the driver's watchdog"));
  EXPECT_EQ(waitFor(event, TimePoint::max(), nullptr).end, WaitEnd::Failed);
}

TEST(WaitFor, CallsADeviceHungAfterItsDeadline) {
  const auto timeline = fresh();
  const Event event(timeline, timeline->add());
  EXPECT_EQ(waitFor(event, base::now() + milliseconds(50), nullptr).end, WaitEnd::Hung);
}

TEST(WaitFor, NoticesThatTheFrameWasCancelled) {
  const auto timeline = fresh();
  const Event event(timeline, timeline->add());
  std::atomic<uint64_t> cancelledBelow{0};
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(30));
    cancelledBelow = 4;
  });
  FrameInterruption interruption;
  interruption.cancelledBelow = &cancelledBelow;
  interruption.frame = 3;
  EXPECT_TRUE(interruption.check().ok());
  EXPECT_EQ(waitFor(event, TimePoint::max(), &interruption).end, WaitEnd::Interrupted);
  EXPECT_EQ(interruption.check().code(), Code::Cancelled);
  later.join();
}

TEST(WaitFor, NoticesThatTheFramesTimeIsOver) {
  const auto timeline = fresh();
  const Event event(timeline, timeline->add());
  FrameInterruption interruption;
  interruption.deadline = base::now() + milliseconds(10);
  EXPECT_EQ(waitFor(event, TimePoint::max(), &interruption).end, WaitEnd::Interrupted);
  EXPECT_EQ(interruption.check().code(), Code::DeadlineExceeded);
}

}  // namespace
}  // namespace trireme::run
