#include "core/frame_timeline.h"

namespace trireme::core {

bool FrameTimeline::reached(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return reached_ >= point;
}

Status FrameTimeline::wait(uint64_t point, TimePoint deadline) const {
  std::unique_lock lock(mutex_);
  const auto done = [&] { return reached_ >= point; };
  if (deadline == TimePoint::max()) {
    changed_.wait(lock, done);
  } else if (!changed_.wait_until(lock, deadline, done)) {
    return Status::error(Code::DeadlineExceeded, "the frame is not done yet");
  }
  return point == reached_ ? failure_ : Status();
}

Times FrameTimeline::times(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return point == reached_ && reached_ == submitted_ ? times_ : Times();
}

uint64_t FrameTimeline::submit(TimePoint queued) {
  std::lock_guard lock(mutex_);
  times_ = {queued, {}, {}, false};
  return ++submitted_;
}

void FrameTimeline::reach(Status status, TimePoint begin, TimePoint end) {
  std::lock_guard lock(mutex_);
  ++reached_;
  failure_ = std::move(status);
  times_.begin = begin;
  times_.end = end;
  changed_.notify_all();
}

bool FrameTimeline::failed() const {
  std::lock_guard lock(mutex_);
  return !failure_.ok();
}

}  // namespace trireme::core
