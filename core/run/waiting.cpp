#include "core/run/waiting.h"

#include <algorithm>
#include <thread>

#include "core/base/clock.h"
#include "core/run/program.h"

namespace trireme::run {
namespace {

// How late a cancelled frame may notice it.
constexpr std::chrono::milliseconds kSlice{20};
constexpr std::chrono::milliseconds kPause{1};  // between waits that fail at once

}  // namespace

bool FrameInterruption::expired() const { return deadline != TimePoint::max() && base::now() >= deadline; }

Status FrameInterruption::check() const {
  if (cancelled()) return Status::error(Code::Cancelled, "the frame was cancelled");
  if (expired()) return Status::error(Code::DeadlineExceeded, "the frame's time limit passed");
  return {};
}

Waited waitFor(const Event& event, TimePoint deviceDeadline, const FrameInterruption* interruption) {
  Status failure;  // of a wait that failed while the work goes on, and with it the use of memory
  for (;;) {
    const bool reachedBefore = event.ready();
    TimePoint until = std::min(deviceDeadline, base::now() + kSlice);
    if (interruption) until = std::min(until, interruption->deadline);
    const Status status = guarded("waiting", [&] { return event.wait(until); });
    if (status.ok()) return failure.ok() ? Waited() : Waited{WaitEnd::Failed, std::move(failure)};
    // What was reached before we waited failed by itself, not for want of time.
    if (reachedBefore) return {WaitEnd::Failed, failure.ok() ? status : std::move(failure)};
    if (status.code() != Code::DeadlineExceeded) {
      if (failure.ok()) failure = status;
      std::this_thread::sleep_for(kPause);
    }
    if (event.ready()) continue;
    if (interruption && (interruption->cancelled() || interruption->expired())) return {WaitEnd::Interrupted, {}};
    if (base::now() >= deviceDeadline) return {WaitEnd::Hung, {}};
  }
}

}  // namespace trireme::run
