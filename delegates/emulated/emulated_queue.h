#pragma once

#include <mutex>

#include "trireme/delegates.h"

namespace trireme::emulated {

// One piece of work of an emulated device: what the wrapped device does, and when the emulated one would be done.
struct Work {
  Event wrapped;
  TimePoint queued, begin, end;
  EmulationMode mode = EmulationMode::Functional;
};

// The order of an emulated device and its clock: work begins when the work before has ended. Functional: a virtual
// clock, work is reached when the wrapped device is done. Paced: work is reached no earlier than it would end. Native:
// the wrapped device's own events. Safe from any thread; allocates nothing once as many events were alive as ever will
// be at once.
class EmulatedQueue {
 public:
  explicit EmulatedQueue(EmulationMode mode) : mode_(mode) {}
  EmulationMode mode() const { return mode_; }
  struct Placed {
    Event event;
    TimePoint begin;
  };
  // Work that the wrapped device was given after `queued` and that takes `seconds` on the emulated one.
  Placed place(TimePoint queued, double seconds, Event wrapped);

 private:
  class Moment;
  Event put(const Work& work);  // with the lock held

  const EmulationMode mode_;
  std::mutex mutex_;
  TimePoint free_{};  // when all that was placed has ended
  std::vector<std::shared_ptr<Moment>> moments_;
  size_t next_ = 0;
};

}  // namespace trireme::emulated
