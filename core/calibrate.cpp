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

// One delegate's share of a calibration.
class DelegateCalibrator {
 public:
  DelegateCalibrator(std::shared_ptr<Delegate> delegate, std::shared_ptr<Delegate> cpu, const Settings& settings,
                     const CalibrationHooks& hooks)
      : delegate_(std::move(delegate)), cpu_(std::move(cpu)), settings_(settings), hooks_(hooks) {
    report_.delegate = delegate_->info().name;
    report_.device = delegate_->info().device;
  }

  // False: it was stopped.
  bool run(Models models) {
    const bool toTheEnd = measure(models);
    finish();
    return toTheEnd;
  }

  const DelegateCalibration& report() const { return report_; }
  const plan::MeasuredCosts& costs() const { return costs_; }

 private:
  bool measure(Models models) {
    const DelegateInfo& info = delegate_->info();
    report_.measurable = info.label == TimeLabel::Measured;
    if (!report_.measurable) return true;
    if (!measureDevice()) return false;
    for (size_t i = 0; i < models.size() && !isGone(); ++i) {
      if (!wanted(fmt::format("{}: model {} of {}", info.name, i + 1, models.size()))) return false;
      const Status status = measureModel(models[i]);
      if (status.code() == Code::Cancelled) return false;
      note(status, fmt::format("model {}", i + 1));
    }
    return true;
  }

  bool wanted(const std::string& what) const { return !hooks_.progress || hooks_.progress(what); }
  bool isGone() const { return report_.status.code() == Code::DeviceLost; }
  void note(const Status& status, const std::string& doing) {
    if (!status.ok() && report_.status.ok()) report_.status = status.during(doing);
  }

  bool measureDevice() {
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

  Status measureModel(const std::shared_ptr<const Model>& model) {
    TRIREME_TRY(lookAt(model, delegate_));
    if (!lessons_.leavesOpen()) return {};
    return lookAt(model, std::make_shared<core::LonelyDelegate>(delegate_));
  }

  // Runs the model with all that `delegate` takes on it.
  Status lookAt(const std::shared_ptr<const Model>& model, const std::shared_ptr<Delegate>& delegate) {
    Settings settings = settings_;
    settings.delegates = {delegate};
    if (delegate_ != cpu_) settings.delegates.push_back(cpu_);
    core::CallTimes calls;
    settings.trace = &calls;
    settings.strategy = "single:" + delegate->info().name;
    TRIREME_ASSIGN(core::CompileRequest request, core::requestFor(model, settings));
    request.measured.push_back(std::make_shared<plan::MeasuredCosts>(startOnly()));
    TRIREME_ASSIGN(const auto compiled, core::compileModel(std::move(request)));
    TRIREME_ASSIGN(const core::Observation seen,
                   core::observe(compiled, calls, {hooks_.fill, hooks_.invoke}, {.seconds = 0.6}));
    lessons_.add(core::lessonsOf(*compiled->impl(), seen)[0]);
    return {};
  }

  plan::MeasuredCosts startOnly() const {
    plan::MeasuredCosts costs;
    costs.startSeconds = costs_.startSeconds;
    return costs;
  }

  void finish() {
    lessons_.teach(costs_);
    report_.operators = uint32_t(costs_.nodes.size());
    for (const auto& [signature, time] : costs_.nodes) {
      report_.measuredSeconds += time.seconds;
      report_.estimatedSeconds += time.estimated;
    }
  }

  std::shared_ptr<Delegate> delegate_, cpu_;
  Settings settings_;
  const CalibrationHooks& hooks_;
  Lessons lessons_;
  plan::MeasuredCosts costs_;
  DelegateCalibration report_;
};

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
  tune::CostCache measured;
  for (const std::shared_ptr<Delegate>& delegate : delegates) {
    DelegateCalibrator one(delegate, delegates.back(), calibrationSettings(settings), hooks);
    report.stopped = !one.run(models);
    if (!one.costs().empty()) measured.add(tune::keyOf(delegate->info(), settings.precision), one.costs());
    report.delegates.push_back(one.report());
    if (report.stopped) break;
  }
  TRIREME_TRY(tune::mergeInto(report.file, measured, settings.log));
  return report;
}

}  // namespace trireme
