#ifndef TRIREME_DEVICE_H
#define TRIREME_DEVICE_H

// Devices, their memory, and time as a value.

#include <chrono>

#include "trireme/tensor.h"

namespace trireme {

using TimePoint = std::chrono::steady_clock::time_point;
// When work was queued, started and finished. With deviceClock, begin and end come from the device's own clock,
// translated to the steady clock; else from the host's.
struct Times {
  TimePoint queued, begin, end;
  bool deviceClock = false;
};

// An ordered queue of work: points 1, 2, 3 ... are reached in that order, well or badly. Drivers implement it. Safe
// from any thread.
class TRIREME_API Timeline {
 public:
  virtual ~Timeline() = default;
  virtual bool reached(uint64_t point) const = 0;
  // Ok when the point was reached well; its failure when badly; DeadlineExceeded when the deadline passes first.
  virtual Status wait(uint64_t point, TimePoint deadline) const = 0;
  virtual Times times(uint64_t point) const = 0;  // only after wait; zero where unknown
};
// A point on a timeline. Copying allocates nothing. A default event is reached, well, without times.
class TRIREME_API Event {
 public:
  Event() = default;
  Event(std::shared_ptr<const Timeline> timeline, uint64_t point) : timeline_(std::move(timeline)), point_(point) {}
  static Event failed(Status why);
  bool ready() const { return !timeline_ || timeline_->reached(point_); }
  Status wait(TimePoint deadline = TimePoint::max()) const {
    return timeline_ ? timeline_->wait(point_, deadline) : Status();
  }
  Times times() const { return timeline_ ? timeline_->times(point_) : Times(); }

 private:
  std::shared_ptr<const Timeline> timeline_;
  uint64_t point_ = 0;
};

class Device;
// Memory of one device. Freed by its destructor, which the device must outlive.
class TRIREME_API Buffer {
 public:
  virtual ~Buffer() = default;
  virtual const Device& device() const = 0;
  virtual size_t size() const = 0;
  virtual std::byte* host() noexcept { return nullptr; }  // null: the host cannot see it
};
struct BufferView {  // never owns
  Buffer* buffer = nullptr;
  size_t offset = 0, size = 0;
  std::byte* host() const { return buffer && buffer->host() ? buffer->host() + offset : nullptr; }
};
struct MemoryTraits {
  size_t alignment = 64, maxAllocation = SIZE_MAX;
  size_t importAlignment = 0;  // of address and size; 0: cannot import host memory
  bool hostVisible = false;
};
// A memory space and one in-order queue; knows the host and itself, nobody else. Safe from any thread. Memory named in
// a call stays valid and untouched until the event is reached. A call never blocks longer than its submission takes.
class TRIREME_API Device {
 public:
  virtual ~Device() = default;
  virtual std::string_view name() const = 0;
  virtual const MemoryTraits& memory() const = 0;
  virtual Result<std::unique_ptr<Buffer>> allocate(size_t bytes) = 0;
  virtual Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host);  // unless overridden: Unsupported
  virtual Event upload(std::span<const std::byte> from, BufferView to) = 0;
  virtual Event download(BufferView from, std::span<std::byte> to) = 0;
  virtual Event acquire(BufferView) { return {}; }  // imported memory: host -> device
  virtual Event release(BufferView) { return {}; }  // imported memory: device -> host
  virtual Status health() const { return {}; }      // DeviceLost, or DeadlineExceeded once it hung
};
TRIREME_API Device& hostDevice();  // one for the process; it has no state

}  // namespace trireme

#endif  // TRIREME_DEVICE_H
