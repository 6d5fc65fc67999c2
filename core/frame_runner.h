#pragma once

#include "core/frame_timeline.h"
#include "core/state_memory.h"

namespace trireme::core {

// One frame of an interpreter.
struct FrameState {
  FrameIo io;
  std::unique_ptr<LiveFrame> live;  // null or of an older generation: made anew at the next submit
  FrameTiming timing;
  std::atomic<bool> inFlight{false};
  uint64_t number = 0;  // of its submission
  TimePoint deadline = TimePoint::max();
  std::shared_ptr<FrameTimeline> timeline = std::make_shared<FrameTimeline>();
  bool started = false;  // the drivers have it
};

// Runs frames as transactions: one that a device failed is run again, from its untouched inputs, on a plan without that
// device. One thread at a time, but for submission numbers and cancel().
class FrameRunner {
 public:
  FrameRunner(std::shared_ptr<const CompiledModel> compiled, size_t frames);
  // Makes every frame. A device that fails meanwhile is dropped as one that fails while it runs.
  Status start();
  // Other input shapes: frames start anew. A failure leaves everything as it was.
  Status resize(std::shared_ptr<const CompiledModel> compiled);
  Status rebind(FrameState& frame);  // after the caller's memory changed
  // Plans with every delegate again. One that fails still is dropped again. A failure leaves everything as it was.
  Status retryDelegates();

  void begin(FrameState& frame);  // a new submission
  Status run(FrameState& frame);  // until it succeeded or nothing helps
  void fill(FrameState& frame);   // before its steps: inputs in place, the execution ready
  void succeed(FrameState& frame);
  void noteTiming(FrameState& frame);

  // After a frame failed and no frame runs: keeps books, drops devices, plans anew and makes the frames in flight, this
  // one among them, for the new plan; others let go of the old one and follow when they are submitted. True when the
  // frame shall run again; else `failure` is the answer. `hung`: all frames' devices that may still touch memory.
  bool recover(FrameState& frame, const run::Outcome& outcome, std::span<FrameState* const> inFlight,
               std::span<const uint32_t> hung, Status& failure);
  // Whether every frame must stop before recover() may be called; if not, only this one fails.
  bool concernsAll(const run::Outcome& outcome) const;
  void noteFault(const FrameState& frame, const run::Outcome& outcome, bool again);
  // Gives up what the hung devices may still touch.
  void abandon(FrameState& frame, std::span<const uint32_t> hung);

  // Whether the frame can run as it is.
  bool isReady(const FrameState& frame) const { return frame.live && frame.live->generation == generation_; }

  std::span<const std::unique_ptr<FrameState>> frames() const { return frames_; }
  const std::shared_ptr<const CompiledModel>& compiled() const { return compiled_; }
  const CompiledModel::Impl& model() const { return *compiled_->impl(); }
  const Settings& settings() const { return settings_; }  // from any thread: every plan has the same
  std::span<const Fault> faults() const { return faults_; }
  void resetState() { state_.reset(model()); }
  void cancel() noexcept { cancelledBelow_.store(submitted_.load(), std::memory_order_release); }

 private:
  std::vector<FrameState*> all() const;
  Status adopt(std::shared_ptr<const CompiledModel> compiled, std::span<FrameState* const> frames);
  std::optional<run::SetupFailure> buildAll(std::span<FrameState* const> frames);
  std::optional<run::SetupFailure> build(FrameState& frame);
  bool mayDrop(uint32_t delegate) const;
  Status planWithout(std::span<const uint32_t> delegates, std::string_view why, std::span<FrameState* const> frames);
  Status makeReady(FrameState& frame);

  const Settings settings_;  // not the plan's: a submission reads it while a failure changes the plan
  std::shared_ptr<const CompiledModel> compiled_;
  uint64_t generation_ = 0;  // counts changes of the plan and of the state's memory
  StateMemory state_;
  std::vector<std::unique_ptr<FrameState>> frames_;
  std::vector<Fault> faults_;
  std::atomic<uint64_t> submitted_{0}, cancelledBelow_{0};
};

}  // namespace trireme::core
