#pragma once

#include <map>

#include "tests/support/random_tensors.h"
#include "trireme/trireme.h"

namespace trireme::support {

using Tensors = std::vector<std::vector<std::byte>>;

// The graph, written as a file and read again. The model keeps the bytes.
std::shared_ptr<const Model> modelOf(const Graph& graph);

// What one run of a model gave: a failure with its sentence, or every output.
struct Answer {
  Status status;
  Tensors outputs;
  std::vector<TensorType> types;
};
// Seeded random inputs of the interpreter's types.
Tensors randomInputs(const Interpreter& interpreter, uint64_t seed);
Status setInputs(Frame& frame, const Tensors& inputs);
Answer readOutputs(const Interpreter& interpreter, const Frame& frame);
Answer invoke(Interpreter& interpreter, const Tensors& inputs);
// All in one: compile, create, run on seeded random inputs.
Answer runOnce(const std::shared_ptr<const Model>& model, const Options& options, uint64_t seed);

// Names of the delegates that run at least one node, and how many.
std::map<std::string, size_t> nodesPerDelegate(const CompiledModel& compiled);
template <class Action>
size_t countSteps(const ExecutionPlan& plan) {
  size_t count = 0;
  for (const Step& step : plan.steps) count += std::holds_alternative<Action>(step.action) ? 1 : 0;
  return count;
}

}  // namespace trireme::support
