#pragma once

#include <condition_variable>
#include <map>
#include <optional>
#include <span>

#include "delegates/opencl/api.h"
#include "trireme/device.h"

namespace trireme::opencl {

// What a driver's callback finds: a bell, and how many callbacks it still owes. A driver that never calls back keeps
// it.
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  uint64_t rings = 0;
  size_t owed = 0;
};

// The commands of a submission that bound its time; null where nothing was enqueued.
struct SubmissionEvents {
  cl_event first = nullptr, last = nullptr;  // first: null where it is the last
  // What the host copies when they are done, before anybody sees that they are.
  const std::byte* landed = nullptr;
  std::span<std::byte> landing;
};

// The points of an in-order queue. A point is reached when the last command of its submission is; a command that ended
// badly makes its point bad and the device lost. The events of the latest points are kept for their times; a ring of
// them is all the memory it needs, and it grows only while more submissions are under way than ever before. Events may
// outlive the queue and its device.
class ClTimeline final : public Timeline {
 public:
  explicit ClTimeline(const Api& api);
  ~ClTimeline() override;
  bool reached(uint64_t point) const override;
  // Sleeps until the driver calls; asks it now and then as well, should a call be lost.
  Status wait(uint64_t point, TimePoint deadline) const override;
  Times times(uint64_t point) const override;

  // The next point: takes the events. `failure`: of a submission that broke off; its point is reached, badly, when the
  // commands before the break are done.
  uint64_t add(SubmissionEvents events, TimePoint queued, Status failure);
  uint64_t latest() const;
  // The first failure that took the device away; Ok while there is none.
  Status loss() const;
  void lose(const Status& why);
  // When the oldest work that is not done was queued; none: all is done.
  std::optional<TimePoint> oldest() const;
  // Nothing more will come. Gives all events back if every point was reached, else keeps them for good.
  void close();

 private:
  struct Slot {
    SubmissionEvents events;
    TimePoint queued;
    bool watched = false;  // the driver was asked to call
  };
  Slot& slot(uint64_t point) const { return ring_[point % ring_.size()]; }
  cl_int statusOf(const Slot& slot) const;
  void sweep() const;
  void watch(uint64_t point) const;
  void release(Slot& slot) const;

  const Api& api_;
  mutable std::mutex mutex_;
  mutable std::vector<Slot> ring_;
  mutable uint64_t reached_ = 0;
  mutable int unanswered_ = 0;
  uint64_t latest_ = 0;
  mutable std::map<uint64_t, Status> failures_;  // by point
  mutable Status loss_;
  std::unique_ptr<Bell> bell_;
};

}  // namespace trireme::opencl
