#include "trireme/calibration.h"

#include <fmt/format.h>

#include "core/calibrate_device.h"
#include "core/compile.h"
#include "core/lessons.h"
#include "core/lonely_delegate.h"
#include "core/tune/cost_cache.h"

namespace trireme {
namespace {

using core::Lessons;
using Models = std::span<const std::shared_ptr<const Model>>;

// A model that runs on one delegate as far as it can.
struct Look {
  core::CallTimes calls;
  std::shared_ptr<const CompiledModel> compiled;
  std::unique_ptr<core::Observer> observer;
};

// A computer is not as fast in one second as in the next. What is to be compared is therefore measured in turns.
constexpr int kTurns = 4;
constexpr double kTurnSeconds = 0.15;

// One delegate's share of a calibration.
class DelegateCalibrator {
 public:
  DelegateCalibrator(std::shared_ptr<Delegate> delegate, std::shared_ptr<Delegate> cpu, const Settings& settings,
                     const CalibrationHooks& hooks)
      : delegate_(std::move(delegate)),
        cpu_(std::move(cpu)),
        settings_(settings),
        hooks_(hooks),
        observeHooks_{hooks.fill, hooks.invoke} {
    report_.delegate = delegate_->info().name;
    report_.device = delegate_->info().device;
    report_.measurable = delegate_->info().label == TimeLabel::Measured;
  }

  // Each gives false where it was stopped. First of the device itself.
  bool measureDevice();
  // Then of each model, from here ...
  bool open(const std::shared_ptr<const Model>& model, const std::string& which);
  // ... where its nodes' own times are not known by now, with a node a partition ...
  bool openLonely(const std::shared_ptr<const Model>& model, const std::string& which) {
    return !looked_ || !lessons_.leavesOpen() ||
           openWith(model, std::make_shared<core::LonelyDelegate>(delegate_), which);
  }
  // ... in turns with the others ...
  bool takeTurn(int turn, const std::string& which);
  // ... to what it says.
  void close();

  const DelegateCalibration& report() const { return report_; }
  const plan::MeasuredCosts& finish();

 private:
  bool wanted(const std::string& what) const { return !hooks_.progress || hooks_.progress(what); }
  bool isGone() const { return report_.status.code() == Code::DeviceLost; }
  void note(const Status& status, const std::string& doing) {
    if (!status.ok() && report_.status.ok()) report_.status = status.during(doing);
  }

  // False: it was cancelled.
  bool goesOn(const Status& status, const std::string& doing) {
    if (status.code() == Code::Cancelled) return false;
    note(status, doing);
    return true;
  }
  bool openWith(const std::shared_ptr<const Model>& model, const std::shared_ptr<Delegate>& delegate,
                const std::string& which);
  Result<std::unique_ptr<Look>> lookAt(const std::shared_ptr<const Model>& model,
                                       const std::shared_ptr<Delegate>& delegate) const;
  plan::MeasuredCosts startOnly() const {
    plan::MeasuredCosts costs;
    costs.startSeconds = costs_.startSeconds;
    return costs;
  }

  std::shared_ptr<Delegate> delegate_, cpu_;
  Settings settings_;
  const CalibrationHooks& hooks_;
  const core::ObserveHooks observeHooks_;
  Lessons lessons_;
  plan::MeasuredCosts costs_;
  DelegateCalibration report_;
  std::unique_ptr<Look> look_;  // at the model at hand
  bool looked_ = false;         // at it, to the end
};

bool DelegateCalibrator::measureDevice() {
  if (!report_.measurable) return true;
  const std::string& name = delegate_->info().name;
  if (!wanted(name + ": starts of partitions")) return false;
  if (const auto starts = core::measureStarts(delegate_, cpu_); starts.ok()) {
    costs_.startSeconds = report_.startSeconds = starts.value().start;
  } else if (starts.status().code() != Code::Unsupported) {
    note(starts.status(), "measuring starts of partitions");
  }
  if (&delegate_->device() == &hostDevice() || isGone()) return true;
  if (!wanted(name + ": copies")) return false;
  const auto copies = core::measureCopies(delegate_->device());
  if (!copies.ok()) {
    note(copies.status(), "measuring copies");
    return true;
  }
  costs_.copyStartSeconds = report_.copyStartSeconds = copies.value().start;
  if (copies.value().slope > 0) {
    costs_.copyBytesPerSecond = report_.copyBytesPerSecond = 1 / copies.value().slope;
  }
  report_.copyResidual = copies.value().residual;
  return true;
}

bool DelegateCalibrator::open(const std::shared_ptr<const Model>& model, const std::string& which) {
  looked_ = false;
  return openWith(model, delegate_, which);
}

bool DelegateCalibrator::openWith(const std::shared_ptr<const Model>& model, const std::shared_ptr<Delegate>& delegate,
                                  const std::string& which) {
  if (!report_.measurable || isGone()) return true;
  if (!wanted(fmt::format("{}: {}", delegate_->info().name, which))) return false;
  auto look = lookAt(model, delegate);
  if (look.ok()) look_ = std::move(look).value();
  return goesOn(look.status(), which);
}

// Runs the model with all that `delegate` takes on it.
Result<std::unique_ptr<Look>> DelegateCalibrator::lookAt(const std::shared_ptr<const Model>& model,
                                                         const std::shared_ptr<Delegate>& delegate) const {
  auto look = std::make_unique<Look>();
  Settings settings = settings_;
  settings.delegates = {delegate};
  if (delegate_ != cpu_) settings.delegates.push_back(cpu_);
  settings.trace = &look->calls;
  settings.strategy = "single:" + delegate->info().name;
  TRIREME_ASSIGN(core::CompileRequest request, core::requestFor(model, settings));
  request.measured.push_back(std::make_shared<plan::MeasuredCosts>(startOnly()));
  TRIREME_ASSIGN(look->compiled, core::compileModel(std::move(request)));
  TRIREME_ASSIGN(look->observer, core::Observer::create(look->compiled, look->calls, observeHooks_));
  return look;
}

bool DelegateCalibrator::takeTurn(int turn, const std::string& which) {
  if (!look_) return true;
  core::ObserveRules rules;
  rules.warmUps = turn == 0 ? rules.warmUps : 1;  // others have had the caches
  rules.leastRuns = turn == 0 ? rules.leastRuns : 1;
  rules.seconds = kTurnSeconds;
  const Status status = look_->observer->run(rules);
  if (!status.ok()) look_.reset();
  return goesOn(status, which);
}

void DelegateCalibrator::close() {
  if (look_ && look_->observer->hasRun()) {
    lessons_.add(core::lessonsOf(*look_->compiled->impl(), look_->observer->medians())[0]);
    costs_.spread = report_.spread = std::max(costs_.spread, look_->observer->spread());
    looked_ = true;
  }
  look_.reset();
}

const plan::MeasuredCosts& DelegateCalibrator::finish() {
  lessons_.teach(costs_);
  report_.operators = uint32_t(costs_.nodes.size());
  for (const auto& [signature, time] : costs_.nodes) {
    report_.measuredSeconds += time.seconds;
    report_.estimatedSeconds += time.estimated;
  }
  return costs_;
}

using Calibrators = std::vector<std::unique_ptr<DelegateCalibrator>>;

// All delegates look at a model, by turns. False: stopped.
template <class Open>
bool lookInTurns(Calibrators& all, const std::string& which, Open open) {
  bool goesOn = true;
  for (const auto& one : all) goesOn = goesOn && open(*one);
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const auto& one : all) goesOn = goesOn && one->takeTurn(turn, which);
  }
  for (const auto& one : all) one->close();
  return goesOn;
}

bool measureAll(Calibrators& all, Models models) {
  for (const auto& one : all) {
    if (!one->measureDevice()) return false;
  }
  for (size_t i = 0; i < models.size(); ++i) {
    const std::string which = fmt::format("model {} of {}", i + 1, models.size());
    const auto open = [&](DelegateCalibrator& one) { return one.open(models[i], which); };
    const auto lonely = [&](DelegateCalibrator& one) { return one.openLonely(models[i], which); };
    if (!lookInTurns(all, which, open) || !lookInTurns(all, which, lonely)) return false;
  }
  return true;
}

// What a calibration wants of the user's settings: strict, so that a device that fails is seen; alone, so that nothing
// else runs; and nothing measured before.
Settings calibrationSettings(const Settings& from) {
  Settings settings;
  settings.precision = from.precision;
  settings.signature = from.signature;
  settings.deviceTimeout = from.deviceTimeout;
  settings.inputShapes = from.inputShapes;
  settings.strict = true;
  return settings;
}

}  // namespace

Result<CalibrationReport> calibrate(Models models, const Options& options, const CalibrationHooks& hooks) {
  const Settings& settings = options.settings();
  if (settings.cacheDirectory.empty()) {
    return Status::error(Code::InvalidArgument, "calibrate needs a folder to keep the costs in (setCacheDirectory)");
  }
  for (const auto& model : models) {
    if (!model) return Status::error(Code::InvalidArgument, "a model to calibrate with is null");
  }
  TRIREME_ASSIGN(const auto delegates, core::completeDelegates(settings));
  CalibrationReport report;
  report.file = settings.cacheDirectory / tune::kCostFile;
  Calibrators all;
  for (const std::shared_ptr<Delegate>& delegate : delegates) {
    all.push_back(
        std::make_unique<DelegateCalibrator>(delegate, delegates.back(), calibrationSettings(settings), hooks));
  }
  report.stopped = !measureAll(all, models);
  tune::CostCache measured;
  for (size_t i = 0; i < all.size(); ++i) {
    const plan::MeasuredCosts& costs = all[i]->finish();
    if (!costs.empty()) measured.add(tune::keyOf(delegates[i]->info(), settings.precision), costs);
    report.delegates.push_back(all[i]->report());
  }
  TRIREME_TRY(tune::mergeInto(report.file, measured, settings.log));
  return report;
}

}  // namespace trireme
