#pragma once

#include <map>

#include "core/flight.h"

namespace trireme {

struct Interpreter::Impl {
  std::unique_ptr<core::FrameRunner> runner;
  std::vector<std::unique_ptr<Frame>> frames;
  // Views point at these: they change when the inputs are resized, not when a plan is made anew.
  std::vector<TensorType> inputTypes, outputTypes, preservedTypes;
  std::vector<std::string> inputNames, outputNames, preservedNames;
  // By the shapes of all inputs; forgotten when a device fails.
  std::map<std::vector<std::vector<int64_t>>, std::shared_ptr<const CompiledModel>> plans;
  std::unique_ptr<core::Flight> flight;  // with several frames; gone first

  const CompiledModel::Impl& model() const { return runner->model(); }
  void readTypes();
  // Runs what makes frames anew. InvalidArgument when a frame is in flight.
  Status whileQuiet(const std::function<Status()>& change) { return flight ? flight->whileQuiet(change) : change(); }
};

struct Frame::Impl {
  Interpreter::Impl& owner;
  core::FrameState& state;
};

}  // namespace trireme
