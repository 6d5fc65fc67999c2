#pragma once

#include "tools/model_options.h"

namespace trireme::tools {

// Where a run's inputs come from.
struct InputWords {
  std::vector<std::string> arrays, images;  // "K=FILE"
  float mean = 127.5F, deviation = 127.5F;
  std::optional<uint64_t> seed;
};
void declareInputs(CLI::App& app, InputWords& words);

// Before compiling: inputs whose .npy file has another shape than the model says are resized to it. `graph` is the one
// that will run.
Status resizeToArrays(const InputWords& words, const Model& model, std::string_view signature, Options& options);
// Fills every input of the frame. InvalidArgument names what is missing, or of the wrong type or shape.
Status fillInputs(const InputWords& words, Interpreter& interpreter);
// The subgraph that `signature` names (empty: the first), or InvalidArgument listing those that there are.
Result<const Graph*> chosenGraph(const Model& model, std::string_view signature);

}  // namespace trireme::tools
