#include "core/base/clock.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/log.h"

namespace trireme::base {
namespace {

TEST(Clock, RunsForward) {
  const TimePoint before = now();
  EXPECT_LE(before, now());
}

TEST(Clock, IsReplacedForAsLongAsATestWants) {
  {
    const ReplacedClock clock([] { return TimePoint(std::chrono::seconds(5)); });
    EXPECT_EQ(now(), TimePoint(std::chrono::seconds(5)));
  }
  EXPECT_NE(now(), TimePoint(std::chrono::seconds(5)));
}

TEST(Log, IsSilentUnlessItHasASink) {
  Log().warn("nobody hears this");
  std::string heard;
  const Log log([&](std::string_view sentence) { heard = sentence; });
  log.warn("one warning");
  EXPECT_EQ(heard, "one warning");
}

TEST(After, IsNeverWhereTimeWouldOverflow) {
  EXPECT_EQ(after(now(), 1e30), TimePoint::max());
  EXPECT_EQ(after(now(), std::numeric_limits<double>::quiet_NaN()), TimePoint::max());
  const TimePoint begin = now();
  EXPECT_EQ(after(begin, 2), begin + std::chrono::seconds(2));
  EXPECT_EQ(after(TimePoint::max() - std::chrono::seconds(1), 2), TimePoint::max());
  EXPECT_EQ(after(TimePoint::max(), 0), TimePoint::max());
}

}  // namespace
}  // namespace trireme::base
