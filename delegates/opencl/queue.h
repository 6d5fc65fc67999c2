#pragma once

#include "core/base/clock.h"
#include "delegates/opencl/timeline.h"

namespace trireme::opencl {

// One in-order queue of a device with its timeline: a lock a submission, one flush each. A queue whose device was lost
// takes no more work. Its destructor waits for what is under way, `patience` long; what hangs is left to itself, with
// all that it may touch.
class ClQueue {
 public:
  static Result<std::unique_ptr<ClQueue>> create(const Api& api, cl_context context, cl_device_id device,
                                                 std::chrono::nanoseconds patience);
  ~ClQueue();
  ClQueue(const ClQueue&) = delete;
  ClQueue& operator=(const ClQueue&) = delete;

  // Calls work(queue, events), which enqueues the commands of one submission, stores the first and last one's events
  // and returns the first bad code, or CL_SUCCESS. `what` names it in failures.
  template <class Work>
  Event submit(std::string_view what, Work&& work);
  // Within a submission: the point that it becomes. And whether one is reached.
  uint64_t next() const { return timeline_->latest() + 1; }
  bool reached(uint64_t point) const { return timeline_->reached(point); }
  // The last point so far: reached when all that was submitted is done.
  Event last() const;
  // Ok; DeviceLost with the cause; DeadlineExceeded while work waits for longer than the patience.
  Status health() const;
  bool hangs() const { return left_; }  // once the destructor, or drain(), gave up waiting
  bool drain();

 private:
  ClQueue(const Api& api, CommandQueue queue, std::chrono::nanoseconds patience);
  Event finish(std::string_view what, SubmissionEvents events, TimePoint queued, cl_int code);
  Status breakOff(std::string_view what, SubmissionEvents& events, cl_int code);

  const Api& api_;
  CommandQueue queue_;
  const std::chrono::nanoseconds patience_;
  std::shared_ptr<ClTimeline> timeline_;
  std::mutex mutex_;  // of submissions: their order is that of the points
  bool left_ = false;
};

template <class Work>
Event ClQueue::submit(std::string_view what, Work&& work) {
  const std::lock_guard lock(mutex_);
  if (Status loss = timeline_->loss(); !loss.ok()) return Event::failed(std::move(loss));
  SubmissionEvents events;
  const TimePoint queued = base::now();
  const cl_int code = work(queue_.get(), events);
  return finish(what, events, queued, code);
}

}  // namespace trireme::opencl
