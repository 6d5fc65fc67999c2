#include "delegates/vulkan/queue.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::vulkan {

void keepForGood(std::shared_ptr<const void> what) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::shared_ptr<const void>>;  // outlives what destructors of statics start
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(what));
}

VulkanQueue::~VulkanQueue() {
  if (drain()) timeline_->close();
}

bool VulkanQueue::drain() {
  if (left_) return false;
  const Status status = last().wait(base::now() + patience_);
  left_ = status.code() == Code::DeadlineExceeded;
  const std::lock_guard lock(mutex_);
  for (Grave& one : graves_) {
    if (left_) keepForGood(std::move(one.remains));
  }
  graves_.clear();
  return !left_;
}

void VulkanQueue::bury(std::shared_ptr<const void> remains) {
  const std::lock_guard lock(mutex_);
  if (left_) return keepForGood(std::move(remains));
  if (!graves_.empty()) sweepGraves();
  const uint64_t latest = timeline_->latest();
  if (!timeline_->reached(latest)) graves_.push_back({latest, std::move(remains)});
}

void VulkanQueue::collect() {
  const std::lock_guard lock(mutex_);
  sweepGraves();
}

void VulkanQueue::sweepGraves() {
  const auto used = std::ranges::find_if(graves_, [&](const Grave& one) { return !timeline_->reached(one.point); });
  graves_.erase(graves_.begin(), used);
}

Status VulkanQueue::failed(Status why) {
  if (why.code() == Code::DeviceLost) timeline_->lose(why);
  return why;
}

// A submission for each command buffer: drivers that watch over time measure each.
Event VulkanQueue::send(std::string_view what, const Submission& submission, VkFence fence, TimePoint queued) {
  infos_.clear();
  for (const VkCommandBuffer& commands : submission.commands) {
    VkSubmitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    info.commandBufferCount = 1;
    info.pCommandBuffers = &commands;
    infos_.push_back(info);
  }
  const VkResult code = driver_.api->vkQueueSubmit(queue_, uint32_t(infos_.size()), infos_.data(), fence);
  if (code == VK_SUCCESS) return Event(timeline_, timeline_->add(queued, submission.landing));
  return Event::failed(failed(failure(fmt::format("{}: vkQueueSubmit", what), code)));
}

Status VulkanQueue::health() const {
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  const auto oldest = timeline_->oldest();
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  if (!oldest || base::now() - *oldest < patience_) return {};
  return Status::error(Code::DeadlineExceeded, "the Vulkan device hangs: it does not finish what it was given");
}

}  // namespace trireme::vulkan
