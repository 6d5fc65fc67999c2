#pragma once

#include <atomic>

#include "trireme/delegate.h"

namespace trireme::run {

// What may end a frame before its work does.
struct FrameInterruption final : Interruption {
  const std::atomic<uint64_t>* cancelledBelow = nullptr;  // frames with a smaller number are cancelled
  uint64_t frame = 0;
  TimePoint deadline = TimePoint::max();  // the caller's, for the whole frame
  bool cancelled() const { return cancelledBelow && frame < cancelledBelow->load(std::memory_order_acquire); }
  bool expired() const;
  Status check() const override;
};

enum class WaitEnd : uint8_t { Reached, Failed, Hung, Interrupted };
struct Waited {
  WaitEnd end = WaitEnd::Reached;
  Status failure;  // of Failed
};
// Until the event is reached, `deviceDeadline` passes (Hung), or the frame is interrupted (where given).
Waited waitFor(const Event& event, TimePoint deviceDeadline, const FrameInterruption* interruption);

}  // namespace trireme::run
