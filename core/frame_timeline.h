#pragma once

#include <condition_variable>
#include <mutex>

#include "trireme/device.h"

namespace trireme::core {

// The submissions of one frame, in order. All but the last reached point were reached well: after a failure the frame
// goes on with a new timeline, so that old events keep their answer.
class FrameTimeline final : public Timeline {
 public:
  bool reached(uint64_t point) const override;
  Status wait(uint64_t point, TimePoint deadline) const override;
  Times times(uint64_t point) const override;

  uint64_t submit(TimePoint queued);  // the new point
  void reach(Status status, TimePoint begin, TimePoint end);
  bool failed() const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t submitted_ = 0, reached_ = 0;
  Status failure_;  // of the last reached point
  Times times_;     // of the last point
};

}  // namespace trireme::core
