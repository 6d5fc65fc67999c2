#pragma once

#include <condition_variable>
#include <thread>

#include "core/frame_runner.h"
#include "core/run/driver.h"

namespace trireme::core {

// Several frames in flight: drivers run the steps, one thread here finishes the frames in order. When a device fails,
// the drivers stop, and the frames that were in flight run one by one on the new plan, before drivers start again.
class Flight {
 public:
  explicit Flight(FrameRunner& runner);
  ~Flight();  // after all frames are done
  Event submit(FrameState& frame);
  // Runs `change`, which may make frames anew, while nothing can start. InvalidArgument when a frame is in flight.
  Status whileQuiet(const std::function<Status()>& change);

 private:
  void finishFrames();
  void finishStarted(FrameState& frame);
  void finishPlain(FrameState& frame);
  void stopAll(FrameState& failed, const run::Outcome& outcome);
  bool start(FrameState& frame);
  void complete(FrameState& frame, Status status);
  FrameState& queued(size_t position) { return *ring_[(head_ + position) % ring_.size()]; }

  FrameRunner& runner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FrameState*> ring_;  // submitted and not completed, in order
  size_t head_ = 0, count_ = 0;
  bool plain_ = false;  // frames are only queued: the finishing thread runs them
  bool stopping_ = false;
  std::unique_ptr<run::Drivers> drivers_;
  std::thread finisher_;
};

}  // namespace trireme::core
