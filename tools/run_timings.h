#pragma once

#include "tools/trace_collector.h"

namespace trireme::tools {

// One frame's timing, kept when the next one runs.
struct TimedFrame {
  TimedFrame(const FrameTiming& timing, std::vector<TraceSpan> recorded);
  double wallUs() const;
  FrameTiming timing() const;  // its steps are this one's

  std::vector<StepTiming> steps;
  std::vector<TraceSpan> spans;

 private:
  FrameTiming points_;
};

// `timings` of the JSON of run; `calls`: with the kernel calls.
Json timingsJson(const TimedFrame& frame, const CompiledModel& compiled, bool calls);
// The same for a terminal: the whole, its partitions and copies, and what is left.
std::string timingsText(const TimedFrame& frame, const CompiledModel& compiled, bool calls);

}  // namespace trireme::tools
