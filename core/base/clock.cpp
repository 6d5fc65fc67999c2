#include "core/base/clock.h"

#include <atomic>

namespace trireme::base {
namespace {

std::atomic<TimePoint (*)()> replacement{nullptr};

}  // namespace

TimePoint now() noexcept {
  const auto read = replacement.load(std::memory_order_acquire);
  return read ? read() : std::chrono::steady_clock::now();
}

ReplacedClock::ReplacedClock(TimePoint (*read)()) noexcept { replacement.store(read, std::memory_order_release); }
ReplacedClock::~ReplacedClock() { replacement.store(nullptr, std::memory_order_release); }

}  // namespace trireme::base
