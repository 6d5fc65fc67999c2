#include "core/run/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"

namespace trireme::run {
namespace {

constexpr double kLeastDeviceSeconds = 2, kTimesPrediction = 50;

using base::nanoseconds;

TimePoint fromNanoseconds(int64_t ns) {
  return TimePoint(std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(ns)));
}

bool isInterruption(const Status& status) {
  return status.code() == Code::Cancelled || status.code() == Code::DeadlineExceeded;
}

SpanKind spanKind(ReadyStep::Kind kind) {
  if (kind == ReadyStep::Kind::Run) return SpanKind::Run;
  return kind == ReadyStep::Kind::Handover ? SpanKind::Handover : SpanKind::Copy;
}

}  // namespace

void PartitionSink::record(const TraceSpan& span) noexcept {
  TraceSpan known = span;
  known.track = track_;
  known.frame = frame_;
  known.partition = partition_;
  to_->record(known);
}

Execution::Execution(BoundFrame& frame, const ExecutionRules& rules)
    : frame_(frame), plan_(frame.program().plan), rules_(rules) {
  states_ = std::make_unique<StepState[]>(plan_.steps.size());
  timings_.resize(plan_.steps.size());
  std::vector<double> predicted(frame.program().queueOf.size());  // by queue: all that it has to do up to a step
  for (const Step& step : plan_.steps) {
    double& sum = predicted[frame.program().queueOf[step.delegate]];
    sum += step.predicted.seconds;
    patience_.push_back(rules_.deviceTimeout ? std::chrono::duration<double>(*rules_.deviceTimeout).count()
                                             : std::max(kLeastDeviceSeconds, kTimesPrediction * sum));
  }
  for (const ReadyStep& step : frame_.steps()) {
    if (step.bound) step.bound->watch(interruption_);
  }
  if (!rules_.trace) return;
  for (const Step& step : plan_.steps) {
    const auto* run = std::get_if<RunStep>(&step.action);
    sinks_.emplace_back(rules_.trace, uint16_t(step.delegate + 1), run ? run->partition : kNoPartition);
  }
}

void Execution::begin(uint64_t number, TimePoint deadline) {
  interruption_.cancelledBelow = rules_.cancelledBelow;
  interruption_.frame = number;
  interruption_.deadline = deadline;
  failed_.store(false, std::memory_order_relaxed);
  outcome_ = {};
  for (PartitionSink& sink : sinks_) sink.setFrame(uint32_t(number));
  for (uint32_t s = 0; s < timings_.size(); ++s) {
    states_[s].event = {};
    states_[s].begun = false;
    states_[s].endNs.store(0, std::memory_order_relaxed);
    timings_[s] = {s, {}, 0, 0, false};
  }
}

void Execution::perform(uint32_t s) {
  if (failed() || interrupted(s)) return;
  StepTiming& timing = timings_[s];
  if (!plan_.steps[s].after.empty()) {
    const TimePoint waitBegin = base::now();
    for (uint32_t earlier : plan_.steps[s].after) {
      if (!await(earlier, &interruption_)) return;
    }
    timing.waitSeconds = base::seconds(waitBegin, base::now());
    if (failed()) return;
  }
  timing.bytes = frame_.steps()[s].bytes;
  timing.times.queued = timing.times.begin = base::now();
  states_[s].event = call(s);
  states_[s].begun = true;
  if (states_[s].event.ready()) await(s, nullptr);
}

bool Execution::isReached(uint32_t s) const {
  const StepState& state = states_[s];
  return !state.begun || state.endNs.load(std::memory_order_acquire) != 0 || state.event.ready();
}

bool Execution::interrupted(uint32_t step) {
  if (Status why = interruption_.check(); !why.ok()) {
    const bool cancelled = why.code() == Code::Cancelled;
    fail(cancelled ? Outcome::Kind::Cancelled : Outcome::Kind::TimedOut, std::move(why), step, 0);
  }
  return failed();
}

// True when the step has ended; how, failed() says.
bool Execution::await(uint32_t s, const FrameInterruption* interruption) {
  StepState& state = states_[s];
  if (state.endNs.load(std::memory_order_acquire) != 0) return true;
  if (!state.begun) return false;  // skipped: the frame has failed
  const uint32_t delegate = plan_.steps[s].delegate;
  Waited waited = waitFor(state.event, deviceDeadline(s), interruption);
  switch (waited.end) {
    case WaitEnd::Reached:
      ended(s);
      return true;
    case WaitEnd::Failed:
      // A partition that watches the frame ends early with what it was told.
      if (!isInterruption(waited.failure) || !interrupted(s)) {
        fail(Outcome::Kind::DeviceFailed, std::move(waited.failure), s, delegate);
      }
      ended(s);
      return false;
    case WaitEnd::Hung:
      hang(s, delegate);
      return false;
    case WaitEnd::Interrupted:
      interrupted(s);
      return false;
  }
  return false;
}

void Execution::ended(uint32_t s) {
  int64_t unknown = 0;
  states_[s].endNs.compare_exchange_strong(unknown, std::max<int64_t>(1, nanoseconds(base::now())),
                                           std::memory_order_acq_rel);
}

Event Execution::call(uint32_t s) {
  const ReadyStep& step = frame_.steps()[s];
  switch (step.kind) {
    case ReadyStep::Kind::Run:
      return guardedEvent("submitting", [&] { return step.bound->submit(sinks_.empty() ? nullptr : &sinks_[s]); });
    case ReadyStep::Kind::Upload:
      return guardedEvent("uploading", [&] { return step.device->upload(step.host, step.view); });
    case ReadyStep::Kind::Download:
      return guardedEvent("downloading", [&] { return step.device->download(step.view, step.host); });
    case ReadyStep::Kind::Handover:
      return handOver(s);
    case ReadyStep::Kind::Nothing:
      break;
  }
  return {};
}

Event Execution::handOver(uint32_t s) {
  const ReadyStep& step = frame_.steps()[s];
  Event released;
  if (step.giver) released = guardedEvent("releasing", [&] { return step.giver->release(step.given); });
  if (!step.taker) return released;
  if (step.giver) {
    Waited waited = waitFor(released, deviceDeadline(s), nullptr);
    if (waited.end == WaitEnd::Hung) {
      hang(s, step.giverDelegate);
      std::lock_guard lock(mutex_);
      released_ = released;
      return {};
    }
    if (waited.end == WaitEnd::Failed) {
      fail(Outcome::Kind::DeviceFailed, std::move(waited.failure), s, step.giverDelegate);
      return {};
    }
  }
  return guardedEvent("acquiring", [&] { return step.taker->acquire(step.taken); });
}

TimePoint Execution::deviceDeadline(uint32_t s) const { return base::after(base::now(), patience_[s]); }

void Execution::fail(Outcome::Kind kind, Status status, uint32_t step, uint32_t delegate) {
  std::lock_guard lock(mutex_);
  if (outcome_.kind != Outcome::Kind::Done) return;
  if (kind == Outcome::Kind::DeviceFailed) {
    const std::string_view name = frame_.program().delegates[delegate]->info().name;
    status = status.during(fmt::format("in step {} of the plan, on '{}'", step, name));
  }
  outcome_.kind = kind;
  outcome_.status = std::move(status);
  outcome_.step = step;
  outcome_.delegate = delegate;
  failed_.store(true, std::memory_order_release);
}

void Execution::hang(uint32_t step, uint32_t delegate) {
  fail(Outcome::Kind::DeviceFailed,
       Status::error(Code::DeadlineExceeded, "the device did not finish in time and counts as hung"), step, delegate);
  std::lock_guard lock(mutex_);
  if (std::ranges::find(outcome_.hung, delegate) == outcome_.hung.end()) outcome_.hung.push_back(delegate);
}

bool Execution::shareQueue(std::span<const uint32_t> delegates, uint32_t delegate) const {
  const std::vector<uint32_t>& queueOf = frame_.program().queueOf;
  return std::ranges::any_of(delegates, [&](uint32_t one) { return queueOf[one] == queueOf[delegate]; });
}

void Execution::abort() {
  fail(Outcome::Kind::Cancelled, Status::error(Code::Cancelled, "the frame was ended early"), 0, 0);
}

// Whatever was begun still uses the frame's memory. A frame that failed is waited for without its own limits.
void Execution::drain(std::span<const uint32_t> hung) {
  for (uint32_t s = 0; s < timings_.size(); ++s) {
    const uint32_t delegate = plan_.steps[s].delegate;
    while (states_[s].begun && states_[s].endNs.load(std::memory_order_acquire) == 0) {
      const bool stuck = shareQueue(hung, delegate) || shareQueue(outcome_.hung, delegate);
      if (stuck && !states_[s].event.ready()) {
        hang(s, delegate);
        break;
      }
      await(s, failed() ? nullptr : &interruption_);
    }
  }
}

Outcome Execution::finish(std::span<const uint32_t> hung) {
  drain(hung);
  if (!failed() && !timings_.empty()) interrupted(uint32_t(timings_.size() - 1));
  for (uint32_t s = 0; s < timings_.size(); ++s) {
    const int64_t endNs = states_[s].endNs.load(std::memory_order_acquire);
    if (endNs == 0) continue;
    timings_[s].times.end = fromNanoseconds(endNs);
    const Times times = states_[s].event.times();
    states_[s].timed = times.end != TimePoint();
    if (states_[s].timed) {
      const TimePoint queued = timings_[s].times.queued;
      timings_[s].times = times;
      if (times.queued == TimePoint()) timings_[s].times.queued = queued;
    }
  }
  for (const std::vector<uint32_t>& steps : frame_.program().queues) putInOrder(steps);
  if (rules_.trace) record();
  return std::move(outcome_);
}

// A queue works in order. What its device does not time itself was queued early and seen to end late: it began no
// earlier than the step before had ended, and ended no later than the step after.
void Execution::putInOrder(std::span<const uint32_t> queue) {
  TimePoint latest = TimePoint::max(), earliest;
  for (size_t i = queue.size(); i-- > 0;) {
    Times& times = timings_[queue[i]].times;
    if (times.end == TimePoint()) continue;
    const bool timed = states_[queue[i]].timed;
    if (!timed) times.end = std::max(times.begin, std::min(times.end, latest));
    latest = timed ? times.begin : times.end;
  }
  for (uint32_t s : queue) {
    Times& times = timings_[s].times;
    if (times.end == TimePoint()) continue;
    if (!states_[s].timed) times.begin = std::min(times.end, std::max(times.begin, earliest));
    earliest = times.end;
  }
}

void Execution::record() const {
  for (const StepTiming& timing : timings_) {
    if (timing.times.end == TimePoint()) continue;
    const uint16_t track = uint16_t(plan_.steps[timing.step].delegate + 1);
    const uint32_t frame = uint32_t(interruption_.frame);
    const int64_t queued = nanoseconds(timing.times.queued);
    if (timing.waitSeconds > 0) {
      rules_.trace->record(
          {SpanKind::Wait, track, timing.step, frame, queued - int64_t(timing.waitSeconds * 1e9), queued, 0});
    }
    const ReadyStep& step = frame_.steps()[timing.step];
    uint32_t subject = timing.step;
    if (const auto* run = std::get_if<RunStep>(&plan_.steps[timing.step].action)) subject = run->partition;
    rules_.trace->record({spanKind(step.kind), track, subject, frame, nanoseconds(timing.times.begin),
                          nanoseconds(timing.times.end), timing.bytes});
  }
}

bool Execution::idle() const {
  for (uint32_t s = 0; s < timings_.size(); ++s) {
    if (states_[s].begun && !states_[s].event.ready()) return false;
  }
  return released_.ready();
}

Outcome Execution::runAll() {
  for (uint32_t s = 0; s < timings_.size(); ++s) perform(s);
  return finish();
}

}  // namespace trireme::run
