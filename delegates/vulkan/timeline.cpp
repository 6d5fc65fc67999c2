#include "delegates/vulkan/timeline.h"

#include <algorithm>
#include <thread>

#include "core/base/clock.h"

namespace trireme::vulkan {
namespace {

constexpr size_t kRing = 16;
constexpr std::chrono::milliseconds kAskAgain{1};  // a driver that gave no answer
constexpr int kUnanswered = 3;                     // questions without an answer in a row: the device counts as lost

uint64_t nanosecondsUntil(TimePoint deadline) {
  if (deadline == TimePoint::max()) return UINT64_MAX;
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - base::now()).count();
  return left > 0 ? uint64_t(left) : 0;
}

}  // namespace

FenceTimeline::FenceTimeline(Driver driver) : driver_(driver), ring_(kRing) { awaited_.reserve(kRing); }

// Nobody waits any more, so nobody wants what was to land.
FenceTimeline::~FenceTimeline() {
  for (Slot& one : ring_) one.landing = {};
  close();
}

// A driver that does not answer, or says that the device is lost, leaves open whether work goes on, and with it the use
// of memory: it is asked in the other way as well, and only that is an end. Asked in vain a few times it counts as lost
// all the same, for new work.
VkResult FenceTimeline::statusOf(VkFence fence) const {
  const VkResult status = driver_.api->vkGetFenceStatus(driver_.device, fence);
  if (status == VK_SUCCESS || status == VK_NOT_READY) {
    unanswered_ = 0;
    return status;
  }
  const VkResult waited = driver_.api->vkWaitForFences(driver_.device, 1, &fence, VK_TRUE, 0);
  const bool answered = waited == VK_SUCCESS || waited == VK_TIMEOUT || waited == VK_ERROR_DEVICE_LOST;
  unanswered_ = answered ? 0 : unanswered_ + 1;
  if (status == VK_ERROR_DEVICE_LOST || unanswered_ >= kUnanswered) loseFor(failure("vkGetFenceStatus", status));
  if (waited == VK_ERROR_DEVICE_LOST) loseFor(failure("vkWaitForFences", waited));
  return waited == VK_SUCCESS || waited == VK_ERROR_DEVICE_LOST ? waited : VK_NOT_READY;
}

// In order: what is behind a point that is not reached is not either.
void FenceTimeline::sweep() const {
  while (reached_ < latest_) {
    const VkResult status = statusOf(slot(reached_ + 1).fence.get());
    if (status == VK_NOT_READY) return;
    ++reached_;
    if (!loss_.ok()) {
      bad_ = std::min(bad_, reached_);
      continue;
    }
    const Landing& landing = slot(reached_).landing;
    std::copy_n(landing.from, landing.to.size(), landing.to.data());
  }
}

void FenceTimeline::loseFor(const Status& why) const {
  if (loss_.ok()) loss_ = Status::error(Code::DeviceLost, std::string(why.message()));
}

bool FenceTimeline::reached(uint64_t point) const {
  const std::lock_guard lock(mutex_);
  if (point > reached_) sweep();
  return point <= reached_;
}

Status FenceTimeline::wait(uint64_t point, TimePoint deadline) const {
  bool failed = false;  // the last wait, for no reason of time
  for (;;) {
    VkFence fence = VK_NULL_HANDLE;
    {
      const std::lock_guard lock(mutex_);
      if (point > reached_) sweep();
      if (point <= reached_) return point >= bad_ ? loss_ : Status();
      fence = slot(point).fence.get();
      awaited_.push_back(fence);
    }
    if (failed) std::this_thread::sleep_for(kAskAgain);
    const bool late = deadline != TimePoint::max() && base::now() >= deadline;
    const VkResult code =
        late ? VK_TIMEOUT
             : driver_.api->vkWaitForFences(driver_.device, 1, &fence, VK_TRUE, nanosecondsUntil(deadline));
    failed = code != VK_SUCCESS && code != VK_TIMEOUT;
    const std::lock_guard lock(mutex_);
    awaited_.erase(std::ranges::find(awaited_, fence));
    if (code == VK_ERROR_DEVICE_LOST) loseFor(failure("vkWaitForFences", code));
    if (late) {
      return Status::error(Code::DeadlineExceeded, "the Vulkan device has not finished by the deadline");
    }
  }
}

bool FenceTimeline::isAwaited(VkFence fence) const { return std::ranges::find(awaited_, fence) != awaited_.end(); }

void FenceTimeline::grow() {
  std::vector<Slot> larger(ring_.size() * 2);
  for (uint64_t point = reached_ + 1; point <= latest_; ++point) larger[point % larger.size()] = std::move(slot(point));
  for (Slot& rest : ring_) {
    if (rest.fence) retired_.push_back(std::move(rest.fence));
  }
  ring_ = std::move(larger);
}

Result<VkFence> FenceTimeline::prepare() {
  const std::lock_guard lock(mutex_);
  if (latest_ - reached_ == ring_.size()) sweep();
  if (latest_ - reached_ == ring_.size()) grow();
  Slot& next = slot(latest_ + 1);
  if (next.fence && isAwaited(next.fence.get())) retired_.push_back(std::move(next.fence));
  if (!next.fence) {
    VkFenceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
    TRIREME_ASSIGN(next.fence, make<Fence>(driver_, "vkCreateFence", &Api::vkCreateFence, info));
    return next.fence.get();
  }
  const VkFence fence = next.fence.get();
  const VkResult code = driver_.api->vkResetFences(driver_.device, 1, &fence);
  if (code != VK_SUCCESS) return failure("vkResetFences", code);
  return fence;
}

uint64_t FenceTimeline::add(TimePoint queued, Landing landing) {
  const std::lock_guard lock(mutex_);
  Slot& next = slot(++latest_);
  next.queued = queued;
  next.landing = landing;
  return latest_;
}

uint64_t FenceTimeline::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

Status FenceTimeline::loss() const {
  const std::lock_guard lock(mutex_);
  return loss_;
}

void FenceTimeline::lose(const Status& why) {
  const std::lock_guard lock(mutex_);
  loseFor(why);
}

std::optional<TimePoint> FenceTimeline::oldest() const {
  const std::lock_guard lock(mutex_);
  sweep();
  if (reached_ == latest_) return std::nullopt;
  return slot(reached_ + 1).queued;
}

// A thread that still waits for what is reached by now is about to leave the driver.
void FenceTimeline::close() {
  std::unique_lock lock(mutex_);
  if (closed_) return;
  sweep();
  closed_ = true;
  const bool leaks = reached_ != latest_;
  while (!leaks && !awaited_.empty()) {
    lock.unlock();
    std::this_thread::sleep_for(kAskAgain);
    lock.lock();
  }
  for (Slot& one : ring_) retired_.push_back(std::move(one.fence));
  for (Fence& fence : retired_) leaks ? static_cast<void>(fence.leak()) : fence.reset();
  retired_.clear();
}

}  // namespace trireme::vulkan
