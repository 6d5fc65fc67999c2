#include "delegates/vulkan/queue.h"

#include <fmt/format.h>

namespace trireme::vulkan {

VulkanQueue::~VulkanQueue() {
  if (drain()) timeline_->close();
}

bool VulkanQueue::drain() {
  if (left_) return false;
  const Status status = last().wait(base::now() + patience_);
  left_ = status.code() == Code::DeadlineExceeded;
  return !left_;
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
  Status why = failure(fmt::format("{}: vkQueueSubmit", what), code);
  if (code == VK_ERROR_DEVICE_LOST) timeline_->lose(why);
  return Event::failed(std::move(why));
}

Status VulkanQueue::health() const {
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  const auto oldest = timeline_->oldest();
  if (Status loss = timeline_->loss(); !loss.ok()) return loss;
  if (!oldest || base::now() - *oldest < patience_) return {};
  return Status::error(Code::DeadlineExceeded, "the Vulkan device hangs: it does not finish what it was given");
}

}  // namespace trireme::vulkan
