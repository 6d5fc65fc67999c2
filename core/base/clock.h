#pragma once

#include "trireme/device.h"

namespace trireme::base {

// Reads the steady clock. All of core reads time here, so that a test can put its own clock in place.
TimePoint now() noexcept;

// For tests: while one lives, now() answers from `read`. One at a time, and only while no other thread reads.
class ReplacedClock {
 public:
  explicit ReplacedClock(TimePoint (*read)()) noexcept;
  ~ReplacedClock();
  ReplacedClock(const ReplacedClock&) = delete;
  ReplacedClock& operator=(const ReplacedClock&) = delete;
};

// A point in time that far ahead; TimePoint::max(), as good as never, where it would overflow. NaN counts as never.
TimePoint after(TimePoint from, double seconds);

// Since the clock's beginning, as in trace spans.
inline int64_t nanoseconds(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}
inline double seconds(TimePoint begin, TimePoint end) { return std::chrono::duration<double>(end - begin).count(); }

}  // namespace trireme::base
