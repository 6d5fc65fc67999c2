#include "tests/support/fake_timeline.h"

#include <fmt/format.h>

namespace trireme::fake {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::nanoseconds scaled(std::chrono::nanoseconds span, double factor) {
  return std::chrono::nanoseconds(int64_t(double(span.count()) * factor));
}

}  // namespace

TimePoint FakeClock::read() const {
  const TimePoint host = Clock::now();
  return host + offset + scaled(host - start, skew);
}

TimePoint FakeClock::translated(TimePoint device) const { return device - offset; }

bool FakeTimeline::reached(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return point <= reached_;
}

Status FakeTimeline::wait(uint64_t point, TimePoint deadline) const {
  const std::optional<Trouble> trouble = script_->count(Call::Wait);
  if (trouble && trouble->how != How::Hang) return strike(*trouble);
  std::unique_lock lock(mutex_);
  const auto done = [&] { return point <= reached_ && !trouble; };
  if (deadline == TimePoint::max()) {
    changed_.wait(lock, done);
  } else if (!changed_.wait_until(lock, deadline, done)) {
    return Status::error(Code::DeadlineExceeded, fmt::format("the fake device did not reach point {} in time", point));
  }
  const auto failure = failures_.find(point);
  return failure == failures_.end() ? Status() : failure->second;
}

Times FakeTimeline::times(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return point == 0 || point > reached_ ? Times() : times_[point - 1];
}

uint64_t FakeTimeline::open() {
  std::lock_guard lock(mutex_);
  times_.push_back({Clock::now(), {}, {}, true});
  return times_.size();
}

void FakeTimeline::reach(uint64_t point, const Status& status, TimePoint begin, TimePoint end) {
  std::lock_guard lock(mutex_);
  times_[point - 1].begin = begin;
  times_[point - 1].end = end;
  if (!status.ok()) failures_.emplace(point, status);
  reached_ = point;
  changed_.notify_all();
}

FakeQueue::FakeQueue(std::shared_ptr<Script> script, const FakeClock& clock, bool asynchronous)
    : script_(script), clock_(clock), asynchronous_(asynchronous), timeline_(std::make_shared<FakeTimeline>(script)) {
  if (asynchronous_) thread_ = std::thread([this] { loop(); });
}

FakeQueue::~FakeQueue() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  for (const Item& item : items_) {
    const TimePoint now = Clock::now();
    timeline_->reach(item.point, Status::error(Code::DeviceLost, "the fake device was taken down"), now, now);
  }
}

Event FakeQueue::push(Work work, bool hang, std::chrono::nanoseconds delay) {
  if (!asynchronous_) {
    const TimePoint begin = Clock::now();
    if (delay.count() > 0) std::this_thread::sleep_for(delay);
    Status status = work(begin);
    return status.ok() ? Event() : Event::failed(std::move(status));
  }
  std::lock_guard lock(mutex_);
  const uint64_t point = timeline_->open();
  items_.push_back({point, std::move(work), hang, delay});
  changed_.notify_all();
  return Event(timeline_, point);
}

bool FakeQueue::idle() const {
  std::lock_guard lock(mutex_);
  return items_.empty() && !running_;
}

// Until the item may run. False: the queue is being taken down.
bool FakeQueue::sleep(std::unique_lock<std::mutex>& lock, const Item& item) {
  const uint64_t wakes = script_->wakes();
  const TimePoint due = Clock::now() + item.delay;
  while (!stopping_) {
    if (item.hang ? script_->wakes() != wakes : Clock::now() >= due) return true;
    changed_.wait_for(lock, item.hang ? std::chrono::nanoseconds(1'000'000) : due - Clock::now());
  }
  return false;
}

void FakeQueue::finish(Item& item, TimePoint began, TimePoint hostBegan, std::unique_lock<std::mutex>& lock) {
  running_ = true;
  lock.unlock();
  // A lost device does nothing any more; what waited in its queue fails.
  const Status status =
      script_->lost() ? Status::error(Code::DeviceLost, "the fake device is lost") : item.work(hostBegan);
  // Before the point is reached, for who waits for it may take everything down then: the work names memory.
  item.work = nullptr;
  lock.lock();
  running_ = false;
  lock.unlock();
  timeline_->reach(item.point, status, clock_.translated(began), clock_.translated(clock_.read()));
  lock.lock();
}

void FakeQueue::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !items_.empty(); });
    if (stopping_) return;
    const TimePoint began = clock_.read(), hostBegan = Clock::now();
    if (!sleep(lock, items_.front())) return;
    Item item = std::move(items_.front());
    items_.pop_front();
    finish(item, began, hostBegan, lock);
  }
}

}  // namespace trireme::fake
