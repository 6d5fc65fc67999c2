#pragma once

#include "trireme/interpreter.h"

namespace trireme::core {

// Ok, or the first setting that cannot be.
Status checkSettings(const Settings& settings);

// The settings' delegates in order, then the CPU: the user's own delegate "cpu" where there is one, else a new one with
// the settings' threads. Each once.
Result<std::vector<std::shared_ptr<Delegate>>> completeDelegates(const Settings& settings);

// The graph that the settings choose by signature, and what its inputs and outputs are called there.
struct ChosenGraph {
  const Graph* graph = nullptr;
  std::vector<std::string> inputNames, outputNames;  // the signature's where one was chosen, else the tensors'
};
Result<ChosenGraph> chooseGraph(const Model& model, std::string_view signature);

}  // namespace trireme::core
