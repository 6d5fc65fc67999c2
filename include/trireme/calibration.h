#ifndef TRIREME_CALIBRATION_H
#define TRIREME_CALIBRATION_H

// Measures what operators, copies and dispatches cost on this machine, so that plans need not be made from estimates.

#include "trireme/interpreter.h"

namespace trireme {

struct DelegateCalibration {
  std::string delegate, device;
  bool measurable = true;       // false: its times come from a model, so there is nothing to measure
  Status status;                // the first thing that could not be measured; the rest was
  uint32_t operators = 0;       // different ones that were measured
  double measuredSeconds = 0;   // all of these, each once
  double estimatedSeconds = 0;  // what their estimates say, for comparison
  // How much a model's time differed between one turn of measuring and another: half the range as a share of the
  // median, of the model where it was largest.
  double spread = 0;
  // Of a partition, and of a copy to or from the host: seconds, bytes per second. None: not measured; a delegate that
  // works in host memory copies nothing.
  std::optional<double> startSeconds, copyStartSeconds, copyBytesPerSecond;
  double copyResidual = 0;  // the largest distance of a measured copy from that line, as a share of it
};
struct CalibrationReport {
  std::filesystem::path file;
  std::vector<DelegateCalibration> delegates;  // those of the options in their order; the CPU is last
  bool stopped = false;                        // the progress said so; what was measured is kept
};
struct CalibrationHooks {
  std::function<Status(Interpreter&)> fill;        // the inputs; default: random values
  std::function<Status(Interpreter&)> invoke;      // one inference; default: Interpreter::invoke. Cancelled: stop there
  std::function<bool(std::string_view)> progress;  // what is measured next; false: stop there
};
// Runs each model on each of the options' delegates and on the CPU, each operator's time being the median of its runs
// inside its model: warm activations, weights as cold as the model makes them. Needs setCacheDirectory; the times are
// kept in its file, beside those of other machines, versions and delegates. Delegates whose times come from a model
// have nothing to measure. A model that a delegate cannot run costs that delegate's entry a status, nobody else.
TRIREME_API Result<CalibrationReport> calibrate(std::span<const std::shared_ptr<const Model>> models,
                                                const Options& options, const CalibrationHooks& hooks = {});

}  // namespace trireme

#endif  // TRIREME_CALIBRATION_H
