#include "core/tuner.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/compile.h"
#include "core/lessons.h"

namespace trireme::core {
namespace {

constexpr size_t kMostPlans = 4, kRaceRounds = 15;
constexpr double kRaceSeconds = 2;

// A plan that is tried: the costs it was made from, and what it took.
struct Try {
  plan::MeasuredList measured;
  std::shared_ptr<const CompiledModel> compiled;
  size_t sameAs = 0;  // an earlier one with the same partitions, or itself
  double predicted = 0, seconds = 0;
};

bool samePartitions(const CompiledModel& a, const CompiledModel& b) {
  return std::ranges::equal(a.plan().partitions, b.plan().partitions,
                            [](const PlannedPartition& one, const PlannedPartition& other) {
                              return one.delegate == other.delegate && one.nodes == other.nodes;
                            });
}

// What the parts of a plan took in all, beside what was predicted of them.
struct Balance {
  double predicted = 0, seen = 0;
  double ratio() const { return predicted > 0 && seen > 0 ? seen / predicted : 1; }
};

class Tuner {
 public:
  explicit Tuner(CompileRequest request) : request_(std::move(request)) {
    known_.resize(request_.delegates.size());
    for (size_t d = 0; d < request_.measured.size(); ++d) {
      if (request_.measured[d]) known_[d] = *request_.measured[d];
    }
  }

  Result<std::shared_ptr<const CompiledModel>> run() {
    TRIREME_TRY(tryPlan());
    Status trouble;
    while (trouble.ok() && !stable() && tries_.size() < kMostPlans) {
      trouble = measureLast();
      if (trouble.ok()) trouble = tryPlan();
    }
    if (trouble.ok()) trouble = race();
    if (!trouble.ok()) {
      base::Log(request_.settings.log).warn(fmt::format("tuning ended early: {}", trouble.message()));
    }
    return compileBest();
  }

 private:
  bool stable() const { return tries_.back().sameAs + 1 != tries_.size(); }

  // A plan from what is known by now. Quiet and strict, so that what runs is the plan; the user's own settings come
  // back with the last one.
  Status tryPlan() {
    CompileRequest request = request_;
    request.measured.clear();
    for (const plan::MeasuredCosts& one : known_) {
      request.measured.push_back(one.empty() ? nullptr : std::make_shared<plan::MeasuredCosts>(one));
    }
    request.settings.trace = &calls_;
    request.settings.log = {};
    request.settings.strict = true;
    request.settings.framesInFlight = 1;
    Try next{request.measured, nullptr, tries_.size(), 0, 0};
    TRIREME_ASSIGN(next.compiled, compileModel(std::move(request)));
    next.predicted = next.compiled->plan().predicted.seconds;
    for (size_t i = tries_.size(); i-- > 0;) {
      if (samePartitions(*tries_[i].compiled, *next.compiled)) next.sameAs = i;
    }
    tries_.push_back(std::move(next));
    return {};
  }

  Status measureLast() {
    Try& last = tries_.back();
    TRIREME_ASSIGN(const Observation seen, observe(last.compiled, calls_, {}));
    last.seconds = seen.frame;
    learn(*last.compiled->impl(), seen);
    return {};
  }

  void learn(const CompiledModel::Impl& model, const Observation& seen) {
    const std::vector<Lessons> lessons = lessonsOf(model, seen);
    for (size_t d = 0; d < lessons.size(); ++d) lessons[d].teach(known_[d]);
    std::vector<Balance> copies(known_.size()), starts(known_.size());
    std::vector<size_t> partitions(known_.size());
    for (uint32_t s = 0; s < model.plan.steps.size(); ++s) {
      const Step& step = model.plan.steps[s];
      if (const auto* run = std::get_if<RunStep>(&step.action)) {
        addStart(run->partition, seen.steps[s], seen, starts[step.delegate]);
        ++partitions[step.delegate];
      } else {
        copies[step.delegate].predicted += step.predicted.seconds;
        copies[step.delegate].seen += seen.steps[s];
      }
    }
    for (uint32_t d = 0; d < known_.size(); ++d) {
      const DelegateInfo& info = model.request.delegates[d]->info();
      if (info.label != TimeLabel::Measured) continue;
      if (starts[d].predicted > 0) known_[d].startSeconds = starts[d].seen / starts[d].predicted;
      if (copies[d].seen > 0) correctCopies(info.rates, copies[d].ratio(), known_[d]);
    }
  }

  // What a partition took beside its calls. `start.predicted` counts the partitions.
  static void addStart(uint32_t partition, double seconds, const Observation& seen, Balance& start) {
    double calls = 0;
    bool told = false;
    for (const auto& [call, one] : seen.calls) {
      if (call.partition != partition) continue;
      calls += one;
      told = true;
    }
    if (!told) return;
    start.predicted += 1;
    start.seen += std::max(seconds - calls, 0.0);
  }

  static void correctCopies(const DeviceRates& rates, double ratio, plan::MeasuredCosts& known) {
    known.copyStartSeconds = known.copyStartSeconds.value_or(rates.copyStartSeconds) * ratio;
    known.copyBytesPerSecond = known.copyBytesPerSecond.value_or(rates.copyBytesPerSecond) / ratio;
  }

  // All different plans, one after the other in each round, in shuffled order.
  Status race() {
    std::vector<size_t> racers;
    for (size_t i = 0; i < tries_.size(); ++i) {
      if (tries_[i].sameAs == i) racers.push_back(i);
    }
    std::vector<std::unique_ptr<Interpreter>> interpreters(tries_.size());
    for (const size_t racer : racers) {
      TRIREME_ASSIGN(interpreters[racer], Interpreter::create(tries_[racer].compiled));
      TRIREME_TRY(fillRandomInputs(*interpreters[racer]));
      TRIREME_TRY(interpreters[racer]->invoke());
    }
    std::vector<std::vector<double>> seconds(tries_.size());
    std::mt19937 order(1);
    const TimePoint enough = base::after(base::now(), kRaceSeconds);
    for (size_t round = 0; round < kRaceRounds && (round < 3 || base::now() < enough); ++round) {
      std::ranges::shuffle(racers, order);
      for (const size_t racer : racers) {
        TRIREME_TRY(interpreters[racer]->invoke());
        seconds[racer].push_back(frameSeconds(*interpreters[racer]));
      }
    }
    for (const size_t racer : racers) tries_[racer].seconds = medianOf(std::move(seconds[racer]));
    return {};
  }

  // The fastest, with the costs that know it best.
  Result<std::shared_ptr<const CompiledModel>> compileBest() {
    size_t best = 0;
    for (size_t i = 0; i < tries_.size(); ++i) {
      if (tries_[i].sameAs != i) tries_[i].seconds = tries_[tries_[i].sameAs].seconds;
      const double seconds = tries_[i].seconds, least = tries_[best].seconds;
      if (seconds > 0 && (least == 0 || seconds <= least)) best = i;
    }
    CompileRequest request = std::move(request_);
    request.measured = tries_[best].measured;
    for (size_t i = 0; i < tries_.size(); ++i) {
      const Try& one = tries_[i];
      if (one.seconds == 0) continue;
      request.tuned.push_back(
          {one.predicted, one.seconds, uint32_t(one.compiled->plan().partitions.size()), i == best});
    }
    tries_.clear();
    return compileModel(std::move(request));
  }

  CompileRequest request_;
  std::vector<plan::MeasuredCosts> known_;  // by delegate
  CallTimes calls_;                         // outlives the plans
  std::vector<Try> tries_;
};

}  // namespace

Result<std::shared_ptr<const CompiledModel>> compileTuned(CompileRequest request) {
  return Tuner(std::move(request)).run();
}

}  // namespace trireme::core
