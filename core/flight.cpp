#include "core/flight.h"

#include <system_error>

namespace trireme::core {

Flight::Flight(FrameRunner& runner) : runner_(runner), ring_(runner.frames().size()) {
  finisher_ = std::thread([this] { finishFrames(); });
}

Flight::~Flight() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  finisher_.join();
}

Event Flight::submit(FrameState& frame) {
  std::lock_guard lock(mutex_);
  runner_.begin(frame);
  if (frame.timeline->failed()) frame.timeline = std::make_shared<FrameTimeline>();
  const Event event(frame.timeline, frame.timeline->submit(frame.timing.begin));
  frame.started = false;
  ring_[(head_ + count_) % ring_.size()] = &frame;
  ++count_;
  if (!plain_ && !start(frame)) plain_ = true;
  changed_.notify_all();
  return event;
}

Status Flight::whileQuiet(const std::function<Status()>& change) {
  std::lock_guard lock(mutex_);
  if (count_ > 0) return Status::error(Code::InvalidArgument, "a frame is in flight");
  drivers_.reset();
  return change();
}

// False: there is no memory bound, or no thread to be had.
bool Flight::start(FrameState& frame) {
  if (!runner_.isReady(frame)) return false;
  try {
    if (!drivers_) drivers_ = std::make_unique<run::Drivers>(frame.live->bound->program(), ring_.size());
  } catch (const std::system_error&) {
    return false;
  }
  runner_.fill(frame);
  frame.started = true;
  drivers_->add(*frame.live->execution);
  return true;
}

void Flight::complete(FrameState& frame, Status status) {
  {
    std::lock_guard lock(mutex_);
    head_ = (head_ + 1) % ring_.size();
    --count_;
  }
  const std::shared_ptr<FrameTimeline> timeline = frame.timeline;
  const TimePoint begin = frame.timing.begin, end = frame.timing.end;
  frame.inFlight.store(false);
  timeline->reach(std::move(status), begin, end);
}

void Flight::finishFrames() {
  for (;;) {
    FrameState* oldest = nullptr;
    bool started = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return count_ > 0 || stopping_; });
      if (count_ == 0) return;
      oldest = &queued(0);
      started = oldest->started;
    }
    if (started) {
      finishStarted(*oldest);
    } else {
      finishPlain(*oldest);
    }
  }
}

void Flight::finishStarted(FrameState& frame) {
  drivers_->awaitOldest();
  const run::Outcome outcome = frame.live->execution->finish();
  if (outcome.kind == run::Outcome::Kind::Done) {
    runner_.succeed(frame);
    drivers_->collect();
    return complete(frame, {});
  }
  runner_.noteTiming(frame);
  if (runner_.concernsAll(outcome)) return stopAll(frame, outcome);
  runner_.noteFault(frame, outcome, false);
  drivers_->collect();
  complete(frame, outcome.status);
}

void Flight::stopAll(FrameState& failed, const run::Outcome& outcome) {
  std::vector<FrameState*> started;
  {
    std::lock_guard lock(mutex_);
    plain_ = true;
    for (size_t i = 0; i < count_; ++i) {
      if (queued(i).started) started.push_back(&queued(i));
    }
  }
  drivers_->abortAll();
  std::vector<uint32_t> hung = outcome.hung;
  for (FrameState* frame : started) {
    if (frame != &failed) {
      drivers_->awaitOldest();
      const run::Outcome other = frame->live->execution->finish(hung);
      hung.insert(hung.end(), other.hung.begin(), other.hung.end());
      if (!other.hung.empty()) runner_.abandon(*frame, other.hung);
    }
    drivers_->collect();
  }
  {
    std::lock_guard lock(mutex_);
    drivers_.reset();
    for (FrameState* frame : started) frame->started = false;
  }
  Status failure;
  if (!runner_.recover(failed, outcome, started, hung, failure)) complete(failed, std::move(failure));
}

void Flight::finishPlain(FrameState& frame) {
  {
    std::lock_guard lock(mutex_);
    drivers_.reset();
  }
  complete(frame, runner_.run(frame));
  std::lock_guard lock(mutex_);
  plain_ = false;
  for (size_t i = 0; i < count_ && !plain_; ++i) plain_ = !start(queued(i));
}

}  // namespace trireme::core
