#pragma once

#include <mutex>

#include "core/compiled_model.h"

namespace trireme::core {

// Keeps what the calls of partitions took in the last frame. The trace of a model that is to be observed; outlives it.
class CallTimes final : public TraceSink {
 public:
  void record(const TraceSpan& span) noexcept override;
  struct Call {
    uint32_t partition = 0, call = 0;
    auto operator<=>(const Call&) const = default;
  };
  // Since the last take(), each call with all of its seconds.
  std::map<Call, double> take();

 private:
  std::mutex mutex_;
  std::map<Call, double> seconds_;
};

// What a compiled model's frames took, part by part: seconds, medians over its runs.
struct Observation {
  double frame = 0;           // by the clock; where a part is modelled, the sum of the parts
  std::vector<double> steps;  // by step of the plan
  std::map<CallTimes::Call, double> calls;
};
struct ObserveRules {
  int warmUps = 2, leastRuns = 5, mostRuns = 100;
  double seconds = 0.25;  // when these are over, and the least runs done, it ends
};
struct ObserveHooks {
  std::function<Status(Interpreter&)> fill, invoke;  // empty: fillRandomInputs; Interpreter::invoke
};
Status fillRandomInputs(Interpreter& interpreter);
// Runs a model some times, and some times more. The model was compiled strict, with one frame and `calls` as its trace,
// which outlive it, as the hooks do.
class Observer {
 public:
  static Result<std::unique_ptr<Observer>> create(const std::shared_ptr<const CompiledModel>& compiled,
                                                  CallTimes& calls, const ObserveHooks& hooks);
  ~Observer();
  Status run(const ObserveRules& rules);
  bool hasRun() const;          // warm-ups apart
  Observation medians() const;  // of those runs, at least one
  // How far one run() was from another: half the range of their medians of frames, as a share of the median of all; 0
  // of a single one.
  double spread() const;

 private:
  struct Samples;
  Observer(std::unique_ptr<Interpreter> interpreter, CallTimes& calls, const ObserveHooks& hooks);
  Status invoke();

  std::unique_ptr<Interpreter> interpreter_;
  CallTimes& calls_;
  const ObserveHooks& hooks_;
  std::unique_ptr<Samples> samples_;
};
// All in one.
Result<Observation> observe(const std::shared_ptr<const CompiledModel>& compiled, CallTimes& calls,
                            const ObserveHooks& hooks = {}, const ObserveRules& rules = {});

// The last frame's seconds, as Observation::frame has them.
double frameSeconds(Interpreter& interpreter);
double medianOf(std::vector<double> samples);  // of at least one

}  // namespace trireme::core
