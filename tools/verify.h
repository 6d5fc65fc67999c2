#pragma once

#include "tools/describe.h"

namespace trireme::tools {

// How far a run's outputs are from the same inputs on the CPU, or, where only the CPU ran, by the reference kernels.
struct Difference {
  std::string against;  // "cpu" or "reference"
  double maxAbs = 0;
  double maxRel = 0;        // relative to the largest absolute value of the tensor
  uint64_t mismatches = 0;  // elements out of the bounds of the model's class: 0 passes
};
using OutputBytes = std::vector<std::vector<std::byte>>;  // an output each

// What the CPU alone, bound by no constraint, makes of the interpreter's inputs.
Result<OutputBytes> cpuOutputs(Interpreter& interpreter, const std::shared_ptr<const Model>& model,
                               const Settings& settings);
// The outputs of the interpreter, which has just run, against those.
Result<Difference> compareOutputs(Interpreter& interpreter, const OutputBytes& wanted, std::string against);
// Classes: integers bit for bit; float32 within 1e-4 of the tensor's largest value; with hybrid nodes a relative L2
// distance of 1 %, with nodes on a device of half precision 10 %. The interpreter has just run.
Result<Difference> verify(Interpreter& interpreter, const std::shared_ptr<const Model>& model,
                          const Settings& settings);
Json differenceJson(const std::optional<Difference>& difference);  // null without one

}  // namespace trireme::tools
