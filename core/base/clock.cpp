#include "core/base/clock.h"

#include <atomic>

namespace trireme::base {
namespace {

std::atomic<TimePoint (*)()> replacement{nullptr};
constexpr double kForever = 1e9;  // seconds

}  // namespace

TimePoint now() noexcept {
  const auto read = replacement.load(std::memory_order_acquire);
  return read ? read() : std::chrono::steady_clock::now();
}

TimePoint after(TimePoint from, double seconds) {
  if (!(seconds < kForever)) return TimePoint::max();
  const auto ahead = std::chrono::duration_cast<TimePoint::duration>(std::chrono::duration<double>(seconds));
  if (ahead > TimePoint::duration::zero() && from > TimePoint::max() - ahead) return TimePoint::max();
  return from + ahead;
}

ReplacedClock::ReplacedClock(TimePoint (*read)()) noexcept { replacement.store(read, std::memory_order_release); }
ReplacedClock::~ReplacedClock() { replacement.store(nullptr, std::memory_order_release); }

}  // namespace trireme::base
