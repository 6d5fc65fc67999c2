#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "delegates/vulkan/api.h"
#include "trireme/device.h"

namespace trireme::vulkan {

// What the host copies when a submission is done, before anybody sees that it is.
struct Landing {
  const std::byte* from = nullptr;
  std::span<std::byte> to;
};

// The points of a queue, each with a fence. A point is reached when its fence is signalled, or badly when the device is
// lost: what memory holds is unknown from then on, also of work that was under way. Fences are used again; their ring
// grows only while more submissions are under way than ever before. Events may outlive the queue and its device.
class FenceTimeline final : public Timeline {
 public:
  explicit FenceTimeline(Driver driver);
  ~FenceTimeline() override;
  bool reached(uint64_t point) const override;
  Status wait(uint64_t point, TimePoint deadline) const override;
  Times times(uint64_t) const override { return {}; }  // the host's clock is as good

  // The fence for the next submission; then, once that was submitted, its point.
  Result<VkFence> prepare();
  uint64_t add(TimePoint queued, Landing landing);
  uint64_t latest() const;
  // The first failure that took the device away; Ok while there is none.
  Status loss() const;
  void lose(const Status& why);
  // When the oldest work that is not done was queued; none: all is done.
  std::optional<TimePoint> oldest() const;
  // Nothing more will come. Gives all fences back if every point was reached, else keeps them for good.
  void close();

 private:
  struct Slot {
    Fence fence;
    TimePoint queued;
    Landing landing;
  };
  Slot& slot(uint64_t point) const { return ring_[point % ring_.size()]; }
  VkResult statusOf(VkFence fence) const;
  void loseFor(const Status& why) const;
  void sweep() const;
  void grow();
  bool isAwaited(VkFence fence) const;

  const Driver driver_;
  mutable std::mutex mutex_;
  mutable std::vector<Slot> ring_;
  mutable std::vector<VkFence> awaited_;             // by waiting threads, once each
  std::vector<Fence> retired_;                       // whose slot was needed while a thread was still waiting
  mutable uint64_t reached_ = 0, bad_ = UINT64_MAX;  // bad_: the first point that was not reached well
  mutable int unanswered_ = 0;
  uint64_t latest_ = 0;
  mutable Status loss_;
  bool closed_ = false;
};

}  // namespace trireme::vulkan
