#include "tools/run_timings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/call_times.h"
#include "tools/frame_account.h"
#include "tools/tuning_text.h"

namespace trireme::tools {
namespace {

double us(TimePoint from, TimePoint to) { return std::chrono::duration<double, std::micro>(to - from).count(); }

TimeLabel labelOf(const CompiledModel& compiled, const StepTiming& timing) {
  return compiled.delegates()[compiled.plan().steps[timing.step].delegate]->info().label;
}

bool hasModelledParts(const TimedFrame& frame, const CompiledModel& compiled) {
  for (const StepTiming& step : frame.steps) {
    if (labelOf(compiled, step) == TimeLabel::Modelled) return true;
  }
  return false;
}

double predictedSeconds(const StepTiming& step, const CompiledModel& compiled) {
  return compiled.plan().steps[step.step].predicted.seconds;
}

// What was predicted beside what was seen.
void addPrediction(Json& to, double predicted, double seen) {
  const auto error = errorPercent(predicted, seen);
  to["predicted_us"] = predicted * 1e6;
  to["error_percent"] = error ? Json(*error) : Json(nullptr);
}

std::string predictionText(double predicted, double seen) {
  const auto error = errorPercent(predicted, seen);
  return fmt::format("predicted {:.3f} ms{}", predicted * 1e3, error ? fmt::format(" ({:+.1f} %)", *error) : "");
}

// What partitions and copies have alike.
void addTimes(Json& part, const StepTiming& step, TimePoint begin, TimeLabel label) {
  part["device_us"] = step.times.deviceClock ? Json(us(step.times.begin, step.times.end)) : Json(nullptr);
  part["queued_at_us"] = us(begin, step.times.queued);
  part["started_at_us"] = us(begin, step.times.begin);
  part["finished_at_us"] = us(begin, step.times.end);
  part["label"] = timeLabelName(label);
}

Json otherJson(const FrameAccount& account) {
  return {{"before_us", account.before},     {"copy_in_us", account.copyIn}, {"wait_us", account.wait},
          {"dispatch_us", account.dispatch}, {"commit_us", account.commit},  {"copy_out_us", account.copyOut}};
}

std::string otherText(const FrameAccount& account) {
  const std::pair<const char*, double> named[] = {
      {"before the run", account.before},  {"copying in", account.copyIn}, {"waits", account.wait},
      {"between steps", account.dispatch}, {"state", account.commit},      {"copying out", account.copyOut}};
  std::string list;
  for (const auto& [name, time] : named) {
    if (time >= 0.5) list += fmt::format("{}{} {:.3f}", list.empty() ? ": " : ", ", name, time / 1e3);
  }
  return fmt::format("  the rest {:>36.3f} ms{}\n", account.other() / 1e3, list);
}

}  // namespace

TimedFrame::TimedFrame(const FrameTiming& timing, std::vector<TraceSpan> recorded)
    : steps(timing.steps.begin(), timing.steps.end()), spans(std::move(recorded)), points_(timing) {
  points_.steps = {};
}

double TimedFrame::wallUs() const { return us(points_.begin, points_.end); }

FrameTiming TimedFrame::timing() const {
  FrameTiming whole = points_;
  whole.steps = steps;
  return whole;
}

Json timingsJson(const TimedFrame& frame, const CompiledModel& compiled, bool calls) {
  const FrameTiming timing = frame.timing();
  const FrameAccount account = accountFor(timing);
  const bool modelled = hasModelledParts(frame, compiled);
  Json partitions = Json::array(), copies = Json::array();
  const std::vector<CopyStep> copySteps = copiesOf(compiled);
  for (const StepTiming& step : frame.steps) {
    const double runUs = us(step.times.begin, step.times.end);
    const double queuedUs = us(step.times.queued, step.times.begin);
    if (const auto* run = std::get_if<RunStep>(&compiled.plan().steps[step.step].action)) {
      Json part = {{"id", run->partition}, {"queued_us", queuedUs}, {"run_us", runUs}};
      addTimes(part, step, timing.begin, labelOf(compiled, step));
      addPrediction(part, predictedSeconds(step, compiled), runUs * 1e-6);
      partitions.push_back(std::move(part));
    }
    for (size_t id = 0; id < copySteps.size(); ++id) {
      if (copySteps[id].step != step.step) continue;
      Json copy = {
          {"id", id}, {"queued_us", queuedUs}, {"us", runUs}, {"bytes", step.bytes}, {"converted", step.converted}};
      addTimes(copy, step, timing.begin, labelOf(compiled, step));
      addPrediction(copy, predictedSeconds(step, compiled), runUs * 1e-6);
      copies.push_back(std::move(copy));
    }
  }
  Json timings = {{"wall_us", frame.wallUs()},
                  {"partitions", std::move(partitions)},
                  {"copies", std::move(copies)},
                  {"overlap_us", modelled ? Json(nullptr) : Json(account.overlap)},
                  {"other_us", modelled ? Json(nullptr) : Json(account.other())},
                  {"other", modelled ? Json(nullptr) : otherJson(account)},
                  {"modelled_us", modelled ? Json(account.parts) : Json(nullptr)}};
  addPrediction(timings, compiled.plan().predicted.seconds, (modelled ? account.parts : frame.wallUs()) * 1e-6);
  if (calls) timings["calls"] = callsJson(frame.spans, compiled);
  return timings;
}

std::string timingsText(const TimedFrame& frame, const CompiledModel& compiled, bool calls) {
  const FrameAccount account = accountFor(frame.timing());
  const bool modelled = hasModelledParts(frame, compiled);
  const std::string sum =
      modelled ? fmt::format(" on the clock, {:.3f} ms with the modelled parts", account.parts / 1e3) : "";
  const double whole = (modelled ? account.parts : frame.wallUs()) * 1e-6;
  std::string text = fmt::format("{:.3f} ms{}, {}, strategy {}\n", frame.wallUs() / 1e3, sum,
                                 predictionText(compiled.plan().predicted.seconds, whole), compiled.plan().strategy);
  const std::vector<CopyStep> copies = copiesOf(compiled);
  for (const StepTiming& step : frame.steps) {
    const double ms = us(step.times.begin, step.times.end) / 1e3;
    const TimeLabel source = labelOf(compiled, step);
    const std::string label = source == TimeLabel::Measured ? "" : fmt::format(" {}", timeLabelName(source));
    const std::string predicted = predictionText(predictedSeconds(step, compiled), ms * 1e-3);
    if (const auto* run = std::get_if<RunStep>(&compiled.plan().steps[step.step].action)) {
      const PlannedPartition& partition = compiled.plan().partitions[run->partition];
      text += fmt::format("  partition {:<3} {:<12} {:>4} nodes  {:>9.3f} ms{}, {}\n", run->partition,
                          compiled.delegates()[partition.delegate]->info().name, partition.nodes.size(), ms, label,
                          predicted);
      continue;
    }
    for (const CopyStep& copy : copies) {
      if (copy.step != step.step) continue;
      text += fmt::format("  copy {} -> {}  {} bytes  {:.3f} ms{}, {}  '{}'\n", copy.from, copy.to, copy.bytes, ms,
                          label, predicted, compiled.graph().value(copy.value).name);
    }
  }
  if (!modelled) text += otherText(account);
  if (calls) text += callsText(frame.spans, compiled);
  return text;
}

}  // namespace trireme::tools
