#pragma once

#include <memory>

#include "tools/bench_rows.h"
#include "tools/trace_collector.h"

namespace trireme::tools {

// Runs one configuration and keeps the times of the turn under way, until its block is whole.
class BenchRuns {
 public:
  // `collector`: where the interpreter's spans go, if calls are wanted.
  BenchRuns(std::unique_ptr<Interpreter> interpreter, TraceCollector* collector);
  Interpreter& interpreter() { return *interpreter_; }

  // So many runs in a row, in place of those of the last turn. Cancelled by an interrupt.
  Status run(size_t count);
  // What they took on the clock. The samples' own seconds may be a model's: of a plan with modelled parts, their sum.
  double wallSeconds() const { return wall_; }
  void count(double cpuSeconds, uint64_t involuntarySwitches);

  struct Samples {
    std::vector<double> seconds;             // a run
    std::vector<std::vector<double>> steps;  // a step of the plan, a run
    std::map<std::pair<uint32_t, uint32_t>, std::vector<double>> calls;
  };
  const Samples& samples() const { return samples_; }
  // Hands the turn's samples over; nothing where there was no turn. `robbed`: others took the block's processors.
  void moveInto(BenchRow& row, bool robbed);

 private:
  void forget();
  void take();  // the times of the run that just ended

  std::unique_ptr<Interpreter> interpreter_;
  TraceCollector* collector_;
  bool byParts_;
  Samples samples_;
  double wall_ = 0, cpu_ = 0;
  uint64_t switches_ = 0;
};

}  // namespace trireme::tools
