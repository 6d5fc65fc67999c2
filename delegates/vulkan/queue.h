#pragma once

#include <tuple>

#include "core/base/clock.h"
#include "delegates/vulkan/timeline.h"

namespace trireme::vulkan {

// Command buffers that are submitted together, in order, and what the host does when they are done.
struct Submission {
  std::span<const VkCommandBuffer> commands;
  Landing landing{};
};

// Until the process ends: what a driver that hangs may still use.
void keepForGood(std::shared_ptr<const void> what);

// One queue of a device with its timeline. A queue whose device was lost takes no more work. drain() waits for what is
// under way, `patience` long; what hangs is left to itself, with all that it may touch.
class VulkanQueue {
 public:
  VulkanQueue(Driver driver, VkQueue queue, std::chrono::nanoseconds patience)
      : driver_(driver), queue_(queue), patience_(patience), timeline_(std::make_shared<FenceTimeline>(driver)) {}
  ~VulkanQueue();
  VulkanQueue(const VulkanQueue&) = delete;
  VulkanQueue& operator=(const VulkanQueue&) = delete;

  // Calls work(), which gives a Result<Submission>, one thread at a time. `what` names it in failures.
  template <class Work>
  Event submit(std::string_view what, Work&& work);
  // Within a submission: the point that it becomes. And whether one is reached.
  uint64_t next() const { return timeline_->latest() + 1; }
  bool reached(uint64_t point) const { return timeline_->reached(point); }
  // Calls work() while nothing is under way and nothing is submitted; false, without a call, where something is.
  template <class Work>
  bool whenIdle(Work&& work);
  // The last point so far: reached when all that was submitted is done.
  Event last() const { return Event(timeline_, timeline_->latest()); }
  // Destroys handles once the work that is under way by now is done; never where the device hangs.
  template <class... Handles>
  void keepWhileUsed(Handles&&... handles);
  void collect();  // destroys what may be by now
  // A failure, as it is; one that is more than want of memory takes the device away.
  Status failed(Status why);
  // Ok; DeviceLost with the cause; DeadlineExceeded while work waits for longer than the patience.
  Status health() const;
  bool drain();
  bool hangs() const { return left_; }  // once drain() gave up waiting

 private:
  struct Grave {
    uint64_t point;
    std::shared_ptr<const void> remains;
  };
  void bury(std::shared_ptr<const void> remains);
  void sweepGraves();
  Event send(std::string_view what, const Submission& submission, VkFence fence, TimePoint queued);

  const Driver driver_;
  const VkQueue queue_;
  const std::chrono::nanoseconds patience_;
  std::shared_ptr<FenceTimeline> timeline_;
  std::mutex mutex_;  // of submissions: their order is that of the points
  std::vector<VkSubmitInfo> infos_;
  std::vector<Grave> graves_;  // by point
  bool left_ = false;
};

template <class Work>
Event VulkanQueue::submit(std::string_view what, Work&& work) {
  const std::lock_guard lock(mutex_);
  if (Status loss = timeline_->loss(); !loss.ok()) return Event::failed(std::move(loss));
  if (!graves_.empty()) sweepGraves();
  const TimePoint queued = base::now();
  const Result<VkFence> fence = timeline_->prepare();
  if (!fence.ok()) return Event::failed(failed(fence.status()));
  const Result<Submission> submission = work();
  if (!submission.ok()) return Event::failed(failed(submission.status()));
  return send(what, submission.value(), fence.value(), queued);
}

template <class Work>
bool VulkanQueue::whenIdle(Work&& work) {
  const std::lock_guard lock(mutex_);
  if (!timeline_->reached(timeline_->latest()) || !timeline_->loss().ok()) return false;  // asking may find the loss
  work();
  return true;
}

template <class... Handles>
void VulkanQueue::keepWhileUsed(Handles&&... handles) {
  bury(std::make_shared<const std::tuple<std::remove_cvref_t<Handles>...>>(std::forward<Handles>(handles)...));
}

}  // namespace trireme::vulkan
