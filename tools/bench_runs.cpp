#include "tools/bench_runs.h"

#include "tools/compare_plans.h"
#include "tools/interrupt.h"
#include "tools/process_counters.h"

namespace trireme::tools {
namespace {

double seconds(TimePoint from, TimePoint to) { return std::chrono::duration<double>(to - from).count(); }

void append(std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); }

}  // namespace

BenchRuns::BenchRuns(std::unique_ptr<Interpreter> interpreter, TraceCollector* collector)
    : interpreter_(std::move(interpreter)),
      collector_(collector),
      byParts_(labelOf(interpreter_->compiled()) == TimeLabel::Modelled) {
  samples_.steps.resize(interpreter_->plan().steps.size());
}

Status BenchRuns::run(size_t count) {
  forget();
  const CancelOnInterrupt guard(*interpreter_);
  for (size_t i = 0; i < count; ++i) {
    if (collector_) collector_->clear();
    const Status status = wasInterrupted() ? Status::error(Code::Cancelled, "interrupted") : interpreter_->invoke();
    if (!status.ok()) {
      forget();
      return status;
    }
    take();
  }
  return {};
}

void BenchRuns::forget() {
  samples_.seconds.clear();
  for (std::vector<double>& step : samples_.steps) step.clear();
  samples_.calls.clear();
  wall_ = 0;
  cpu_ = 0;
  switches_ = 0;
}

void BenchRuns::take() {
  const FrameTiming& timing = interpreter_->frame().lastTimings();
  double parts = 0;
  for (const StepTiming& step : timing.steps) {
    const double one = seconds(step.times.begin, step.times.end);
    samples_.steps[step.step].push_back(one);
    parts += one;
  }
  const double wall = seconds(timing.begin, timing.end);
  wall_ += wall;
  samples_.seconds.push_back(byParts_ ? parts : wall);
  if (!collector_) return;
  std::map<std::pair<uint32_t, uint32_t>, double> calls;  // a call that ran more than once counts with all its runs
  for (const TraceSpan& span : collector_->spans()) {
    if (span.kind == SpanKind::Node) calls[{span.partition, span.subject}] += double(span.endNs - span.beginNs) * 1e-9;
  }
  for (const auto& [call, one] : calls) samples_.calls[call].push_back(one);
}

void BenchRuns::count(double cpuSeconds, uint64_t involuntarySwitches) {
  cpu_ = cpuSeconds;
  switches_ = involuntarySwitches;
}

void BenchRuns::moveInto(BenchRow& row, bool robbed) {
  if (samples_.seconds.empty()) return;
  row.steps.resize(samples_.steps.size());
  append(row.seconds, samples_.seconds);
  for (size_t i = 0; i < samples_.steps.size(); ++i) append(row.steps[i], samples_.steps[i]);
  for (const auto& [call, times] : samples_.calls) append(row.calls[call], times);
  row.cpuSeconds += cpu_;
  row.disturbedBlocks += robbed || wasSwitchedOften(switches_, wall_);
  forget();
}

}  // namespace trireme::tools
