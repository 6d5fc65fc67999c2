#pragma once

#include "tools/run_inputs.h"

namespace trireme::tools {

// Hooks of a calibration that a person waits for: what is measured stands on standard error where that is a terminal,
// an interrupt ends it, inputs that were not given are random.
CalibrationHooks calibrationHooks(const InputWords& inputs, bool quiet);
void clearProgress(bool quiet);  // the line that the hooks left behind

// Gone with all that is in it when it is left.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};
// Measures the model's operators on the options' delegates and makes the options plan from that, for as long as the
// folder lives. What cannot be measured stays estimated, and the output is told.
Result<TemporaryFolder> measureCosts(const std::shared_ptr<const Model>& model, const InputWords& inputs,
                                     const Output& output, Options& options);

}  // namespace trireme::tools
