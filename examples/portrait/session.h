#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "trireme/trireme.h"

namespace portrait {

// One float model of one picture input, ready to run.
class Session {
 public:
  // The delegates are shared with the other sessions.
  static trireme::Result<Session> create(const std::filesystem::path& path, const trireme::Options& options);
  const std::string& model() const { return model_; }
  // Runs once on `input`, height x width x 3 floats, then a few more times for the clock.
  trireme::Status run(std::span<const float> input);
  // The only output of `elements` floats. InvalidModel when the model has none: it is not the one we know.
  trireme::Result<std::span<const float>> output(size_t elements) const;
  double milliseconds() const { return milliseconds_; }  // median of the timed runs
  std::string partitions() const;                        // "cpu 90 nodes"

 private:
  std::string model_;
  std::unique_ptr<trireme::Interpreter> interpreter_;
  double milliseconds_ = 0;
};

}  // namespace portrait
