#include "core/observation.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/random_values.h"

namespace trireme::core {
namespace {

bool hasModelledParts(const CompiledModel& compiled) {
  return std::ranges::any_of(compiled.plan().steps, [&](const Step& step) {
    return compiled.delegates()[step.delegate]->info().label == TimeLabel::Modelled;
  });
}

}  // namespace

void CallTimes::record(const TraceSpan& span) noexcept {
  if (span.kind != SpanKind::Node || span.partition == kNoPartition) return;
  try {
    std::lock_guard lock(mutex_);
    seconds_[{span.partition, span.subject}] += double(span.endNs - span.beginNs) * 1e-9;
  } catch (const std::exception&) {  // no memory: the call counts as one that told nothing
  }
}

std::map<CallTimes::Call, double> CallTimes::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(seconds_, {});
}

Status fillRandomInputs(Interpreter& interpreter) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < interpreter.inputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(i));
    TRIREME_TRY(base::fillRandom(view, generator).during(std::string(interpreter.inputName(i))));
  }
  return {};
}

double medianOf(std::vector<double> samples) {
  const size_t middle = samples.size() / 2;
  std::ranges::nth_element(samples, samples.begin() + ptrdiff_t(middle));
  const double upper = samples[middle];
  if (samples.size() % 2 == 1) return upper;
  return (*std::max_element(samples.begin(), samples.begin() + ptrdiff_t(middle)) + upper) / 2;
}

double frameSeconds(Interpreter& interpreter) {
  const FrameTiming& timing = interpreter.frame().lastTimings();
  if (!hasModelledParts(interpreter.compiled())) return base::seconds(timing.begin, timing.end);
  double sum = 0;
  for (const StepTiming& step : timing.steps) sum += base::seconds(step.times.begin, step.times.end);
  return sum;
}

// Of every part, run after run.
struct Observer::Samples {
  std::vector<double> frames, turns;  // turns: medians of what each run() added to frames
  std::vector<std::vector<double>> steps;
  std::map<CallTimes::Call, std::vector<double>> calls;

  void add(Interpreter& interpreter, CallTimes& times) {
    frames.push_back(frameSeconds(interpreter));
    const FrameTiming& timing = interpreter.frame().lastTimings();
    steps.resize(std::max(steps.size(), timing.steps.size()));
    for (const StepTiming& step : timing.steps) {
      steps[step.step].push_back(base::seconds(step.times.begin, step.times.end));
    }
    for (const auto& [call, seconds] : times.take()) calls[call].push_back(seconds);
  }
};

Observer::Observer(std::unique_ptr<Interpreter> interpreter, CallTimes& calls, const ObserveHooks& hooks)
    : interpreter_(std::move(interpreter)), calls_(calls), hooks_(hooks), samples_(std::make_unique<Samples>()) {}
Observer::~Observer() = default;

Result<std::unique_ptr<Observer>> Observer::create(const std::shared_ptr<const CompiledModel>& compiled,
                                                   CallTimes& calls, const ObserveHooks& hooks) {
  TRIREME_ASSIGN(auto interpreter, Interpreter::create(compiled));
  TRIREME_TRY(hooks.fill ? hooks.fill(*interpreter) : fillRandomInputs(*interpreter));
  return std::unique_ptr<Observer>(new Observer(std::move(interpreter), calls, hooks));
}

Status Observer::invoke() { return hooks_.invoke ? hooks_.invoke(*interpreter_) : interpreter_->invoke(); }

Status Observer::run(const ObserveRules& rules) {
  for (int i = 0; i < rules.warmUps; ++i) TRIREME_TRY(invoke());
  calls_.take();
  const size_t before = samples_->frames.size();
  const TimePoint enough = base::after(base::now(), rules.seconds);
  for (int i = 0; i < rules.leastRuns || (i < rules.mostRuns && base::now() < enough); ++i) {
    TRIREME_TRY(invoke());
    samples_->add(*interpreter_, calls_);
  }
  const auto begin = samples_->frames.begin() + ptrdiff_t(before);
  if (begin != samples_->frames.end()) samples_->turns.push_back(medianOf({begin, samples_->frames.end()}));
  return {};
}

double Observer::spread() const {
  if (samples_->turns.empty()) return 0;
  const auto [least, most] = std::ranges::minmax(samples_->turns);
  const double median = medianOf(samples_->frames);
  return median > 0 ? (most - least) / 2 / median : 0;
}

bool Observer::hasRun() const { return !samples_->frames.empty(); }

Observation Observer::medians() const {
  Observation result;
  result.frame = medianOf(samples_->frames);
  for (const std::vector<double>& step : samples_->steps) result.steps.push_back(step.empty() ? 0 : medianOf(step));
  for (const auto& [call, seconds] : samples_->calls) result.calls[call] = medianOf(seconds);
  return result;
}

Result<Observation> observe(const std::shared_ptr<const CompiledModel>& compiled, CallTimes& calls,
                            const ObserveHooks& hooks, const ObserveRules& rules) {
  TRIREME_ASSIGN(const std::unique_ptr<Observer> observer, Observer::create(compiled, calls, hooks));
  TRIREME_TRY(observer->run(rules));
  return observer->medians();
}

}  // namespace trireme::core
