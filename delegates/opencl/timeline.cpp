#include "delegates/opencl/timeline.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/for_good.h"

namespace trireme::opencl {
namespace {

constexpr size_t kRing = 64;
constexpr std::chrono::milliseconds kAskAgain{5};  // should a driver forget to call
constexpr int kUnanswered = 3;  // questions without an answer in a row, then the device counts as lost

void CL_CALLBACK ring(cl_event, cl_int, void* data) {
  Bell& bell = *static_cast<Bell*>(data);
  const std::lock_guard lock(bell.mutex);
  ++bell.rings;
  --bell.owed;
  bell.rung.notify_all();
}

}  // namespace

ClTimeline::ClTimeline(const Api& api) : api_(api), ring_(kRing), bell_(std::make_unique<Bell>()) {}

ClTimeline::~ClTimeline() {
  close();
  std::unique_lock lock(bell_->mutex);
  const bool paid = bell_->rung.wait_for(lock, std::chrono::seconds(1), [&] { return bell_->owed == 0; });
  lock.unlock();
  if (!paid) base::keepForGood(std::move(bell_));  // the driver may still come
}

// A driver that does not answer leaves open whether work goes on, and with it the use of memory: it is asked again.
cl_int ClTimeline::statusOf(const Slot& slot) const {
  cl_int worst = CL_COMPLETE;
  for (cl_event event : {slot.events.last, slot.events.first}) {
    if (!event) continue;
    cl_int status = CL_COMPLETE;
    const cl_int asked = api_.clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status, &status, nullptr);
    if (asked != CL_SUCCESS) return ++unanswered_ < kUnanswered ? CL_QUEUED : asked;
    unanswered_ = 0;
    if (status > CL_COMPLETE) return status;
    worst = std::min(worst, status);
  }
  return worst;
}

// In order: what is behind a point that is not reached is not either.
void ClTimeline::sweep() const {
  while (reached_ < latest_) {
    const cl_int status = statusOf(slot(reached_ + 1));
    if (status > CL_COMPLETE) return;
    ++reached_;
    if (status == CL_COMPLETE) {
      const SubmissionEvents& done = slot(reached_).events;
      std::copy_n(done.landed, done.landing.size(), done.landing.data());
      continue;
    }
    const Status why = failure("a command on the device", status);
    failures_.try_emplace(reached_, why);
    if (loss_.ok()) loss_ = why;
  }
}

bool ClTimeline::reached(uint64_t point) const {
  const std::lock_guard lock(mutex_);
  if (point > reached_) sweep();
  return point <= reached_;
}

// The driver may call from within the call that asks it to, so no lock is held that the callback takes. A submission
// without a command is done when those before it are.
void ClTimeline::watch(uint64_t point) const {
  while (!slot(point).events.last && point > reached_ + 1) --point;
  Slot& at = slot(point);
  if (at.watched || !at.events.last) return;
  {
    const std::lock_guard lock(bell_->mutex);
    ++bell_->owed;
  }
  at.watched = api_.clSetEventCallback(at.events.last, CL_COMPLETE, ring, bell_.get()) == CL_SUCCESS;
  if (at.watched) return;
  const std::lock_guard lock(bell_->mutex);
  --bell_->owed;
}

Status ClTimeline::wait(uint64_t point, TimePoint deadline) const {
  uint64_t heard = 0;
  for (;;) {
    {
      const std::lock_guard lock(bell_->mutex);
      heard = bell_->rings;
    }
    {
      const std::lock_guard lock(mutex_);
      if (point > reached_) sweep();
      if (point <= reached_) {
        const auto failed = failures_.find(point);
        return failed == failures_.end() ? Status() : failed->second;
      }
      if (base::now() < deadline) watch(point);
    }
    const TimePoint now = base::now();
    if (now >= deadline) {
      return Status::error(Code::DeadlineExceeded, "the OpenCL device has not finished by the deadline");
    }
    std::unique_lock lock(bell_->mutex);
    bell_->rung.wait_until(lock, std::min(deadline, now + kAskAgain), [&] { return bell_->rings != heard; });
  }
}

Times ClTimeline::times(uint64_t point) const {
  const std::lock_guard lock(mutex_);
  if (point == 0 || point > reached_ || point + ring_.size() <= latest_) return {};
  const Slot& at = slot(point);
  if (!at.events.last) return {};
  cl_ulong queued = 0, begin = 0, end = 0;
  const cl_event first = at.events.first ? at.events.first : at.events.last;
  const auto read = [&](cl_event event, cl_profiling_info what, cl_ulong& value) {
    return api_.clGetEventProfilingInfo(event, what, sizeof value, &value, nullptr) == CL_SUCCESS;
  };
  if (!read(first, CL_PROFILING_COMMAND_QUEUED, queued) || !read(first, CL_PROFILING_COMMAND_START, begin) ||
      !read(at.events.last, CL_PROFILING_COMMAND_END, end) || begin < queued || end < begin) {
    return {};
  }
  // The device's clock is set by the moment of queueing, which both clocks know; so it never drifts away.
  const auto since = [&](cl_ulong time) { return at.queued + std::chrono::nanoseconds(time - queued); };
  return {at.queued, since(begin), since(end), true};
}

uint64_t ClTimeline::add(SubmissionEvents events, TimePoint queued, Status failure) {
  const std::lock_guard lock(mutex_);
  if (latest_ - reached_ == ring_.size()) sweep();
  if (latest_ - reached_ == ring_.size()) {
    std::vector<Slot> larger(ring_.size() * 2);
    for (uint64_t point = reached_ + 1; point <= latest_; ++point) larger[point % larger.size()] = slot(point);
    ring_ = std::move(larger);
  }
  Slot& next = slot(++latest_);
  release(next);
  next = {events, queued, false};
  if (!failure.ok()) failures_.try_emplace(latest_, std::move(failure));
  return latest_;
}

uint64_t ClTimeline::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

Status ClTimeline::loss() const {
  const std::lock_guard lock(mutex_);
  return loss_;
}

void ClTimeline::lose(const Status& why) {
  const std::lock_guard lock(mutex_);
  if (loss_.ok()) loss_ = why;
}

std::optional<TimePoint> ClTimeline::oldest() const {
  const std::lock_guard lock(mutex_);
  sweep();
  if (reached_ == latest_) return std::nullopt;
  return slot(reached_ + 1).queued;
}

void ClTimeline::release(Slot& slot) const {
  for (cl_event* event : {&slot.events.first, &slot.events.last}) {
    if (*event) static_cast<void>(api_.clReleaseEvent(*event));
    *event = nullptr;
  }
}

void ClTimeline::close() {
  const std::lock_guard lock(mutex_);
  sweep();
  if (reached_ != latest_) return;
  for (Slot& slot : ring_) release(slot);
}

}  // namespace trireme::opencl
