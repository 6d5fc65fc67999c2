#include "tools/calibrating.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "tools/interrupt.h"

namespace trireme::tools {
namespace {

bool isShown(bool quiet) { return !quiet && isatty(STDERR_FILENO) != 0; }

}  // namespace

CalibrationHooks calibrationHooks(const InputWords& inputs, bool quiet) {
  CalibrationHooks hooks;
  hooks.progress = [shown = isShown(quiet)](std::string_view what) {
    if (shown) fmt::print(stderr, "\r\033[K{}", what);
    if (shown) std::fflush(stderr);
    return !wasInterrupted();
  };
  InputWords filled = inputs;
  if (!filled.seed) filled.seed = 1;
  hooks.fill = [filled](Interpreter& interpreter) { return fillInputs(filled, interpreter); };
  hooks.invoke = [](Interpreter& interpreter) {
    const CancelOnInterrupt guard(interpreter);
    return interpreter.invoke();
  };
  return hooks;
}

void clearProgress(bool quiet) {
  if (!isShown(quiet)) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "trireme-XXXXXX").string();
  if (error || mkdtemp(path.data()) == nullptr) {
    return Status::error(Code::Io, fmt::format("cannot make a temporary folder like '{}'", path));
  }
  return TemporaryFolder(path);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<TemporaryFolder> measureCosts(const std::shared_ptr<const Model>& model, const InputWords& inputs,
                                     const Output& output, Options& options) {
  TRIREME_ASSIGN(TemporaryFolder folder, TemporaryFolder::make());
  options.setCacheDirectory(folder.path());
  const bool quiet = output.options().quiet;
  const auto report = calibrate(std::span(&model, 1), options, calibrationHooks(inputs, quiet));
  clearProgress(quiet);
  TRIREME_TRY(report.status());
  for (const DelegateCalibration& one : report.value().delegates) {
    if (one.status.ok()) continue;
    output.warning(fmt::format("not all costs of {} could be measured: {}", one.delegate, one.status.message()));
  }
  return folder;
}

}  // namespace trireme::tools
