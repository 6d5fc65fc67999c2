#include "core/frame_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/compile.h"
#include "core/trace_scope.h"

namespace trireme::core {
namespace {

std::vector<std::string> delegatesOf(const CompiledModel::Impl& model) {
  std::vector<std::string> names;
  for (uint32_t d = 0; d < model.request.delegates.size(); ++d) {
    const bool used =
        std::ranges::any_of(model.plan.partitions, [&](const PlannedPartition& one) { return one.delegate == d; });
    if (used) names.push_back(model.request.delegates[d]->info().name);
  }
  return names;
}

uint32_t partitionOf(const ExecutionPlan& plan, uint32_t step) {
  const auto* run = step < plan.steps.size() ? std::get_if<RunStep>(&plan.steps[step].action) : nullptr;
  return run ? run->partition : kNoPartition;
}

}  // namespace

FrameRunner::FrameRunner(std::shared_ptr<const CompiledModel> compiled, size_t frames)
    : settings_(compiled->impl()->request.settings), compiled_(std::move(compiled)) {
  for (size_t i = 0; i < frames; ++i) frames_.push_back(std::make_unique<FrameState>());
}

std::optional<run::SetupFailure> FrameRunner::build(FrameState& frame) {
  const TraceScope scope(settings().trace, SpanKind::Bind);
  frame.live.reset();
  frame.timing.steps = {};
  if (Status status = frame.io.fit(model()); !status.ok()) return run::SetupFailure{status, kHost, kNoPartition};
  frame.io.fillConstants(model());
  LiveFrameParts parts{compiled_,
                       frame.io.blocks(),
                       frame.io.lend(model()),
                       {settings().deviceTimeout, &cancelledBelow_, settings().trace}};
  state_.give(model().plan, parts.blocks);
  std::unique_ptr<LiveFrame> live;
  if (auto failure = createLiveFrame(std::move(parts), live)) return failure;
  frame.live = std::move(live);
  frame.live->generation = generation_;
  return std::nullopt;
}

std::optional<run::SetupFailure> FrameRunner::buildAll(std::span<FrameState* const> frames) {
  for (const auto& frame : frames_) frame->live.reset();  // before others ask for the same memory
  if (Status status = state_.fit(model()); !status.ok()) return run::SetupFailure{status, kHost, kNoPartition};
  ++generation_;
  for (FrameState* frame : frames) {
    if (auto failure = build(*frame)) return failure;
  }
  return std::nullopt;
}

std::vector<FrameState*> FrameRunner::all() const {
  std::vector<FrameState*> all;
  for (const auto& frame : frames_) all.push_back(frame.get());
  return all;
}

Status FrameRunner::start() { return adopt(compiled_, all()); }

bool FrameRunner::mayDrop(uint32_t delegate) const {
  return !settings().strict && delegate != kHost && delegate + 1 < model().request.delegates.size();
}

Status FrameRunner::adopt(std::shared_ptr<const CompiledModel> compiled, std::span<FrameState* const> frames) {
  compiled_ = std::move(compiled);
  for (;;) {
    const auto failure = buildAll(frames);
    if (!failure) return {};
    const bool again = mayDrop(failure->delegate);
    if (failure->delegate == kHost) return failure->status;
    const std::string name = compiled_->delegates()[failure->delegate]->info().name;
    const Status status = failure->status.during(fmt::format("while '{}' was given the frame's memory", name));
    faults_.push_back({submitted_.load(), kNoStep, failure->partition, name, status, again, {}});
    if (!again) return status;
    CompileRequest request = model().request;
    request.denied.push_back(
        {failure->delegate, fmt::format("it failed before frame {}: {}", submitted_.load(), status.message())});
    TRIREME_ASSIGN(compiled_, compileModel(std::move(request)));
    faults_.back().ranOn = delegatesOf(model());
    base::Log(settings().log).warn(fmt::format("'{}' failed and is left out: {}", name, status.message()));
  }
}

Status FrameRunner::planWithout(std::span<const uint32_t> delegates, std::string_view why,
                                std::span<FrameState* const> frames) {
  CompileRequest request = model().request;
  for (uint32_t delegate : delegates) request.denied.push_back({delegate, std::string(why)});
  TRIREME_ASSIGN(std::shared_ptr<const CompiledModel> compiled, compileModel(std::move(request)));
  compiled_ = std::move(compiled);
  if (!faults_.empty() && faults_.back().ranAgain) faults_.back().ranOn = delegatesOf(model());
  return adopt(compiled_, frames);
}

Status FrameRunner::resize(std::shared_ptr<const CompiledModel> compiled) {
  const std::shared_ptr<const CompiledModel> before = compiled_;
  StateMemory oldState = std::exchange(state_, {});
  std::vector<FrameIo> old;
  for (const auto& frame : frames_) old.push_back(std::exchange(frame->io, {}));
  const Status status = adopt(std::move(compiled), all());
  if (status.ok()) return {};
  state_ = std::move(oldState);
  for (size_t i = 0; i < frames_.size(); ++i) frames_[i]->io = std::move(old[i]);
  compiled_ = before;
  (void)buildAll(all());  // what cannot be had again now is tried at the next submit
  return status;
}

Status FrameRunner::rebind(FrameState& frame) {
  const auto failure = build(frame);
  return failure ? failure->status : Status();
}

Status FrameRunner::retryDelegates() {
  if (model().request.denied.empty()) return {};
  const std::shared_ptr<const CompiledModel> before = compiled_;
  CompileRequest request = model().request;
  request.denied.clear();
  TRIREME_ASSIGN(std::shared_ptr<const CompiledModel> compiled, compileModel(std::move(request)));
  const Status status = adopt(std::move(compiled), all());
  if (status.ok()) return {};
  compiled_ = before;
  (void)buildAll(all());  // what cannot be had again now is tried at the next submit
  return status;
}

Status FrameRunner::makeReady(FrameState& frame) {
  if (isReady(frame)) return {};
  if (!build(frame)) return {};
  FrameState* const only = &frame;  // its failure is somebody's fault: with books, and without that device
  return adopt(compiled_, {&only, 1});
}

void FrameRunner::begin(FrameState& frame) {
  frame.number = submitted_.fetch_add(1);
  frame.timing = {};
  frame.timing.begin = base::now();
  frame.deadline = TimePoint::max();
  if (const auto limit = settings().timeoutPerFrame) {
    frame.deadline = base::after(frame.timing.begin, std::chrono::duration<double>(*limit).count());
  }
}

Status FrameRunner::run(FrameState& frame) {
  for (;;) {
    TRIREME_TRY(makeReady(frame));
    fill(frame);
    const run::Outcome outcome = frame.live->execution->runAll();
    if (outcome.kind == run::Outcome::Kind::Done) {
      succeed(frame);
      return {};
    }
    noteTiming(frame);
    Status failure;
    FrameState* const only = &frame;
    if (!recover(frame, outcome, {&only, 1}, outcome.hung, failure)) return failure;
  }
}

void FrameRunner::fill(FrameState& frame) {
  frame.timing.started = base::now();
  frame.io.copyIn();
  frame.live->execution->begin(frame.number, frame.deadline);
  frame.timing.filled = base::now();
}

void FrameRunner::succeed(FrameState& frame) {
  frame.timing.finished = base::now();
  frame.live->bound->commit();
  frame.timing.committed = base::now();
  frame.io.copyOut();
  noteTiming(frame);
  if (TraceSink* trace = settings().trace) {
    const uint32_t number = uint32_t(frame.number);
    trace->record({SpanKind::Frame, 0, number, number, base::nanoseconds(frame.timing.begin),
                   base::nanoseconds(frame.timing.end), 0});
  }
}

void FrameRunner::noteTiming(FrameState& frame) {
  frame.timing.end = base::now();
  frame.timing.steps = frame.live->execution->timings();
}

bool FrameRunner::concernsAll(const run::Outcome& outcome) const {
  const bool failed = outcome.kind == run::Outcome::Kind::DeviceFailed;
  return !outcome.hung.empty() || (failed && mayDrop(outcome.delegate));
}

void FrameRunner::noteFault(const FrameState& frame, const run::Outcome& outcome, bool again) {
  if (outcome.kind != run::Outcome::Kind::DeviceFailed) return;
  faults_.push_back({frame.number,
                     outcome.step,
                     partitionOf(model().plan, outcome.step),
                     compiled_->delegates()[outcome.delegate]->info().name,
                     outcome.status,
                     again,
                     {}});
}

bool FrameRunner::recover(FrameState& frame, const run::Outcome& outcome, std::span<FrameState* const> inFlight,
                          std::span<const uint32_t> hung, Status& failure) {
  const bool again = outcome.kind == run::Outcome::Kind::DeviceFailed && mayDrop(outcome.delegate);
  failure = outcome.status;
  noteFault(frame, outcome, again);
  abandon(frame, outcome.hung);
  if (!hung.empty()) ++generation_;  // every frame shares state and devices with what was given up
  std::vector<uint32_t> drop;
  if (again) drop.push_back(outcome.delegate);
  for (uint32_t delegate : hung) {
    if (mayDrop(delegate) && std::ranges::find(drop, delegate) == drop.end()) drop.push_back(delegate);
  }
  if (drop.empty()) return false;
  const std::string why = fmt::format("it failed in frame {}: {}", frame.number, outcome.status.message());
  base::Log(settings().log).warn(fmt::format("frame {} is planned anew: {}", frame.number, outcome.status.message()));
  const Status planned = planWithout(drop, why, inFlight);
  if (planned.ok()) return again;
  if (again) {
    faults_.back().ranAgain = false;
    failure = planned;
  }
  return false;
}

void FrameRunner::abandon(FrameState& frame, std::span<const uint32_t> hung) {
  if (hung.empty() || !frame.live) return;
  bury(std::move(frame.live));
  frame.timing.steps = {};
  const Status io = frame.io.abandon(model(), hung), state = state_.abandon(model(), hung);
  for (const Status& status : {io, state}) {
    if (!status.ok()) base::Log(settings().log).warn(status.message());
  }
}

}  // namespace trireme::core
