#include "core/base/clock.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace trireme::base
