#include "tools/bench_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/processor.h"
#include "tools/bench_runs.h"
#include "tools/compare_plans.h"
#include "tools/describe.h"
#include "tools/interrupt.h"
#include "tools/open_model.h"
#include "tools/process_counters.h"
#include "tools/timed_blocks.h"
#include "tools/warm_up.h"

namespace trireme::tools {
namespace {

using Clock = std::chrono::steady_clock;

// Of the progress: planning with verifying, warming up; the rest is timing.
constexpr double kPlanShare = 0.1, kWarmUpShare = 0.1;
constexpr double kWarmUpLeast = 0.1;  // of the seconds of timed runs
constexpr double kMostSeconds = 60, kMostFactor = 30;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

Status interruption() { return wasInterrupted() ? Status::error(Code::Cancelled, "interrupted") : Status(); }

class Bench {
 public:
  Bench(BenchModel& model, std::span<const BenchConfiguration> configurations, const BenchRules& rules,
        std::mutex& mutex)
      : model_(model), configurations_(configurations), rules_(rules), mutex_(mutex) {}

  Status run() {
    {
      const std::lock_guard lock(mutex_);
      for (const BenchConfiguration& one : configurations_) model_.rows.emplace_back().configuration = &one;
    }
    runs_.resize(configurations_.size());
    TRIREME_TRY(prepareAll());
    TRIREME_TRY(warmUpAll());
    return timeAll();
  }

 private:
  BenchRow& row(size_t i) { return model_.rows[i]; }

  // Whether one configuration's failure is everybody's.
  bool isFatal(const Status& status) const {
    const bool device = status.code() == Code::DeviceLost || status.code() == Code::DeadlineExceeded;
    return status.code() == Code::Cancelled || (rules_.strict && device);
  }

  // Of row i. The failure itself where it ends everything, Ok where it ends the row only.
  Status note(size_t i, const Status& failure) {
    if (isFatal(failure)) return failure;
    const std::lock_guard lock(mutex_);
    row(i).refused = failure;
    return {};
  }

  Status prepareAll() {
    for (size_t i = 0; i < configurations_.size(); ++i) {
      TRIREME_TRY(interruption());
      rules_.progress(kPlanShare * double(i) / double(configurations_.size()), "planning, verifying");
      TRIREME_TRY(note(i, compile(i)));
      if (!row(i).compiled) continue;
      const Status failure = prepare(i);
      if (wrongInputs_) return failure;
      TRIREME_TRY(note(i, failure));
      if (failure.ok() && !isOutOfBounds(row(i))) timed_.push_back(i);
    }
    const auto planned = [](const BenchRow& one) { return one.compiled != nullptr; };
    return std::any_of(model_.rows.begin(), model_.rows.end(), planned) ? Status() : row(0).refused;
  }

  Status compile(size_t i) {
    Options options = configurations_[i].options;
    if (rules_.collector) options.setTrace(rules_.collector);
    TRIREME_TRY(resizeToArrays(rules_.inputs, *model_.model, options.settings().signature, options));
    const auto begin = Clock::now();
    TRIREME_ASSIGN(auto compiled, CompiledModel::create(model_.model, options));
    const double seconds = since(begin);
    const std::lock_guard lock(mutex_);
    row(i).compileSeconds = seconds;
    row(i).compiled = std::move(compiled);
    return {};
  }

  // An interpreter, its inputs and its first run, whose outputs are compared with the CPU's.
  Status prepare(size_t i) {
    const auto begin = Clock::now();
    TRIREME_ASSIGN(auto interpreter, Interpreter::create(row(i).compiled));
    const double prepared = since(begin);
    const Status filled = fillInputs(rules_.inputs, *interpreter);
    wrongInputs_ = !filled.ok();
    TRIREME_TRY(filled);
    if (rules_.verify && !wanted_) {
      TRIREME_ASSIGN(wanted_, cpuOutputs(*interpreter, model_.model, configurations_[i].options.settings()));
    }
    TRIREME_TRY(interruption());
    runs_[i] = std::make_unique<BenchRuns>(std::move(interpreter), rules_.collector);
    TRIREME_TRY(runs_[i]->run(1));
    std::optional<Difference> difference;
    if (rules_.verify) {
      TRIREME_ASSIGN(difference, compareOutputs(runs_[i]->interpreter(), *wanted_, "cpu"));
    }
    const std::lock_guard lock(mutex_);
    row(i).prepareSeconds = prepared;
    row(i).firstSeconds = runs_[i]->samples().seconds[0];
    row(i).difference = std::move(difference);
    row(i).warmUpRuns = 1;
    return {};
  }

  Status warmUpAll() {
    for (size_t i = 0; i < timed_.size(); ++i) {
      rules_.progress(kPlanShare + kWarmUpShare * double(i) / double(timed_.size()), "warming up");
      TRIREME_TRY(note(timed_[i], warmUp(timed_[i])));
    }
    std::erase_if(timed_, [this](size_t i) { return !row(i).refused.ok(); });
    return {};
  }

  Status warmUp(size_t i) {
    WarmUpRules rules;
    rules.leastSeconds = kWarmUpLeast * rules_.seconds;
    WarmUp state(rules);
    while (!state.done()) {
      TRIREME_TRY(interruption());
      TRIREME_TRY(runs_[i]->run(1));
      state.add(runs_[i]->wallSeconds());
    }
    const std::lock_guard lock(mutex_);
    row(i).warmUpRuns += state.runs();
    row(i).steady = state.steady();
    typical_[i] = state.typicalSeconds();
    return {};
  }

  Status timeAll() {
    BlockRules rules;
    rules.leastRuns = rules_.minRuns;
    rules.leastSeconds = rules_.seconds;
    rules.mostSeconds = std::max(kMostSeconds, kMostFactor * rules_.seconds);
    rules.seed = rules_.seed;
    rules.progress = [this](double share) {
      const double before = kPlanShare + kWarmUpShare;
      rules_.progress(before + (1 - before) * share, "timing");
    };
    Contestants contestants;
    for (const size_t i : timed_) contestants.typicalSeconds.push_back(typical_[i]);
    contestants.turn = [this](size_t one, size_t count) { return turn(timed_[one], count); };
    contestants.keep = [this] { keepBlock(); };
    stolen_ = stolenSeconds();
    blockBegin_ = Clock::now();
    const BlocksDone done = runBlocks(rules, contestants);
    const std::lock_guard lock(mutex_);
    for (size_t one = 0; one < timed_.size(); ++one) {
      BenchRow& timed = row(timed_[one]);
      timed.enough = done.enough[one];
      if (done.failures[one].ok()) continue;
      timed.refused = done.failures[one];
      timed.seconds.clear();
      if (isFatal(timed.refused)) return timed.refused;
    }
    return done.stopped ? Status::error(Code::Cancelled, "interrupted") : Status();
  }

  Result<double> turn(size_t i, size_t count) {
    TRIREME_TRY(interruption());
    const ProcessCounters before = processCounters();
    TRIREME_TRY(runs_[i]->run(count));
    const ProcessCounters after = processCounters();
    runs_[i]->count(after.cpuSeconds - before.cpuSeconds, after.involuntarySwitches - before.involuntarySwitches);
    return runs_[i]->wallSeconds();
  }

  void keepBlock() {
    const auto stolen = stolenSeconds();
    const bool robbed = stolen && stolen_ && wasStolenFrom(*stolen - *stolen_, since(blockBegin_), base::usableCores());
    {
      const std::lock_guard lock(mutex_);
      for (const size_t i : timed_) runs_[i]->moveInto(row(i), robbed);
    }
    stolen_ = stolen;
    blockBegin_ = Clock::now();
  }

  BenchModel& model_;
  std::span<const BenchConfiguration> configurations_;
  const BenchRules& rules_;
  std::mutex& mutex_;
  std::vector<std::unique_ptr<BenchRuns>> runs_;  // a row; null: it has none
  std::vector<size_t> timed_;                     // rows
  std::map<size_t, double> typical_;              // a row: seconds of a run
  std::optional<OutputBytes> wanted_;
  bool wrongInputs_ = false;
  std::optional<double> stolen_;
  Clock::time_point blockBegin_;
};

}  // namespace

Result<BenchModel> openBenchModel(const std::string& word, std::string_view signature) {
  BenchModel result;
  result.word = word;
  const auto begin = Clock::now();
  TRIREME_ASSIGN(result.model, openModel(word));
  if (!isGenerated(word)) result.loadSeconds = since(begin);
  TRIREME_ASSIGN(const Graph* graph, chosenGraph(*result.model, signature));
  result.type = modelTypeName(*graph);
  result.facts = std::make_shared<const Json>(modelJson(*result.model, word, *graph));
  return result;
}

Status measureModel(BenchModel& model, std::span<const BenchConfiguration> configurations, const BenchRules& rules,
                    std::mutex& mutex) {
  return Bench(model, configurations, rules, mutex).run();
}

}  // namespace trireme::tools
