#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <thread>

#include "tests/support/fake_script.h"

namespace trireme::fake {

// How far the device's clock stands from the host's, and how fast it runs away. Times translate the offset back and
// keep the skew, as a driver that calibrated once does.
struct FakeClock {
  std::chrono::nanoseconds offset{0};
  double skew = 0;  // seconds gained a second
  TimePoint start = std::chrono::steady_clock::now();

  TimePoint read() const;                        // the device's own clock
  TimePoint translated(TimePoint device) const;  // to the steady clock, skew left in
};

// The points of an in-order queue. Events keep it alive after its device is gone.
class FakeTimeline final : public Timeline {
 public:
  explicit FakeTimeline(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  bool reached(uint64_t point) const override;
  Status wait(uint64_t point, TimePoint deadline) const override;
  Times times(uint64_t point) const override;

  uint64_t open();  // the next point, queued now
  void reach(uint64_t point, const Status& status, TimePoint begin, TimePoint end);

 private:
  std::shared_ptr<Script> script_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t reached_ = 0;
  std::vector<Times> times_;  // of point n at n - 1
  std::map<uint64_t, Status> failures_;
};

// One thread that does work in the order in which it was given, on a timeline.
class FakeQueue {
 public:
  using Work = std::function<Status(TimePoint begin)>;  // begin: on the steady clock, before the delay
  FakeQueue(std::shared_ptr<Script> script, const FakeClock& clock, bool asynchronous);
  // Work that still waits (hung work too) is dropped undone; its points are reached badly.
  ~FakeQueue();
  Event push(Work work, bool hang, std::chrono::nanoseconds delay);
  // Waits until nothing that may run is left: false when the queue hangs.
  bool idle() const;

 private:
  struct Item {
    uint64_t point;
    Work work;
    bool hang;
    std::chrono::nanoseconds delay;
  };
  void loop();
  bool sleep(std::unique_lock<std::mutex>& lock, const Item& item);
  void finish(Item& item, TimePoint began, TimePoint hostBegan, std::unique_lock<std::mutex>& lock);

  std::shared_ptr<Script> script_;
  FakeClock clock_;
  bool asynchronous_;
  std::shared_ptr<FakeTimeline> timeline_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  bool running_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace trireme::fake
