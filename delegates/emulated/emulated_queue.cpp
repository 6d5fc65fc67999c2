#include "delegates/emulated/emulated_queue.h"

#include <algorithm>
#include <thread>

#include "core/base/clock.h"

namespace trireme::emulated {
namespace {

// Sleeps end late by about this; the rest is spent looking at the clock.
constexpr std::chrono::microseconds kSleepSlack{120};

void waitUntil(TimePoint when) {
  if (when - base::now() > kSleepSlack) std::this_thread::sleep_until(when - kSleepSlack);
  while (base::now() < when) {  // who yields here comes back milliseconds later on a machine with work to do
  }
}

}  // namespace

// A timeline of one point, used again when no event holds it.
class EmulatedQueue::Moment final : public Timeline {
 public:
  bool reached(uint64_t) const override {
    const Work work = copy();
    return work.wrapped.ready() && (work.mode != EmulationMode::Paced || base::now() >= work.end);
  }
  Status wait(uint64_t, TimePoint deadline) const override {
    const Work work = copy();
    TRIREME_TRY(work.wrapped.wait(deadline));
    if (work.mode != EmulationMode::Paced) return {};
    waitUntil(std::min(work.end, deadline));
    if (work.end <= deadline) return {};
    static const Status kNotYet = Status::error(Code::DeadlineExceeded, "the emulated device is not done yet");
    return kNotYet;  // a long wait asks again and again: made once, so that it allocates nothing
  }
  Times times(uint64_t) const override {
    const Work work = copy();
    TimePoint end = work.end;
    if (work.mode == EmulationMode::Paced) end = std::max(end, work.wrapped.times().end);  // it came late
    return {work.queued, work.begin, end, work.mode == EmulationMode::Functional};
  }
  void set(const Work& work) {
    std::lock_guard lock(mutex_);
    work_ = work;
  }

 private:
  Work copy() const {
    std::lock_guard lock(mutex_);
    return work_;
  }
  mutable std::mutex mutex_;
  Work work_;
};

EmulatedQueue::Placed EmulatedQueue::place(TimePoint queued, double seconds, Event wrapped) {
  if (mode_ == EmulationMode::Native) return {std::move(wrapped), queued};
  std::lock_guard lock(mutex_);
  Work work{std::move(wrapped), queued, std::max(queued, free_), {}, mode_};
  work.end = base::after(work.begin, seconds);
  // The virtual clock does not wait for anybody; a paced device may have to wait for what it wraps.
  if (mode_ == EmulationMode::Functional) work.queued = work.begin;
  if (mode_ == EmulationMode::Paced && work.wrapped.ready()) work.end = std::max(work.end, base::now());
  free_ = work.end;
  return {put(work), work.begin};
}

Event EmulatedQueue::put(const Work& work) {
  for (size_t tried = 0; tried < moments_.size(); ++tried) {
    std::shared_ptr<Moment>& moment = moments_[next_++ % moments_.size()];
    if (moment.use_count() != 1) continue;
    moment->set(work);
    return Event(moment, 1);
  }
  moments_.push_back(std::make_shared<Moment>());
  moments_.back()->set(work);
  return Event(moments_.back(), 1);
}

}  // namespace trireme::emulated
