#pragma once

#include <mutex>

#include "core/run/bound_frame.h"
#include "core/run/waiting.h"

namespace trireme::run {

// How a frame ended: well, or with the first failure and whose it was.
struct Outcome {
  enum class Kind : uint8_t { Done, DeviceFailed, Cancelled, TimedOut };
  Kind kind = Kind::Done;
  Status status;
  uint32_t step = 0;
  uint32_t delegate = 0;       // of DeviceFailed
  std::vector<uint32_t> hung;  // delegates that may still touch the frame's memory
};

struct ExecutionRules {
  std::optional<std::chrono::nanoseconds> deviceTimeout;  // none: the larger of 2 s and 50 times the prediction
  const std::atomic<uint64_t>* cancelledBelow = nullptr;
  TraceSink* trace = nullptr;
};

// Between a partition and the user's sink: adds to a span what the partition does not know of itself.
class PartitionSink final : public TraceSink {
 public:
  PartitionSink(TraceSink* to, uint16_t track, uint32_t partition) : to_(to), track_(track), partition_(partition) {}
  void setFrame(uint32_t frame) { frame_ = frame; }
  void record(const TraceSpan& span) noexcept override;

 private:
  TraceSink* to_;
  uint16_t track_;
  uint32_t partition_, frame_ = 0;
};

// Runs one frame again and again: every step waits for those of other queues, then is called; the first failure ends
// the frame, and what was begun is waited for. Decides nothing. Allocates nothing unless something fails.
class Execution {
 public:
  Execution(BoundFrame& frame, const ExecutionRules& rules);
  void begin(uint64_t number, TimePoint deadline);
  // In the order of each queue, once all of its `after` were performed; different queues in different threads.
  void perform(uint32_t step);
  // Whether waiting for that step, which was performed, would return at once. From any thread.
  bool isReached(uint32_t step) const;
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  void abort();  // what is not performed yet is skipped; from any thread
  // Waits for all that was begun, but not for delegates that are known to hang. In one thread, after all steps were
  // performed.
  Outcome finish(std::span<const uint32_t> hung = {});
  Outcome runAll();
  // Nothing that was begun still uses the frame's memory. True after finish(), unless something hung.
  bool idle() const;
  BoundFrame& frame() const { return frame_; }
  std::span<const StepTiming> timings() const { return timings_; }

 private:
  struct StepState {
    Event event;
    bool begun = false;
    bool timed = false;             // by the device
    std::atomic<int64_t> endNs{0};  // 0: not known to have ended
  };
  bool interrupted(uint32_t step);
  bool await(uint32_t step, const FrameInterruption* interruption);
  Event call(uint32_t step);
  Event handOver(uint32_t step);
  TimePoint deviceDeadline(uint32_t step) const;
  void ended(uint32_t step);
  void fail(Outcome::Kind kind, Status status, uint32_t step, uint32_t delegate);
  void hang(uint32_t step, uint32_t delegate);
  bool shareQueue(std::span<const uint32_t> delegates, uint32_t delegate) const;
  void drain(std::span<const uint32_t> hung);
  void putInOrder(std::span<const uint32_t> queue);
  void record() const;

  BoundFrame& frame_;
  const ExecutionPlan& plan_;
  ExecutionRules rules_;
  FrameInterruption interruption_;
  std::unique_ptr<StepState[]> states_;
  std::vector<StepTiming> timings_;
  // Seconds that a step may take from when somebody waits for it: its queue may have all of the frame's earlier steps
  // to do before.
  std::vector<double> patience_;
  std::vector<PartitionSink> sinks_;  // by step; empty without a trace
  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // of outcome_, taken by failures only
  Outcome outcome_;
  Event released_;  // a hand-over's first half that hung
};

}  // namespace trireme::run
