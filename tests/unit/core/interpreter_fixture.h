#pragma once

#include <gmock/gmock.h>

#include "tests/support/graph_builders.h"
#include "tests/support/run_model.h"
#include "tests/unit/core/plus_one.h"

namespace trireme::core {

// relu tanh relu on `elements` floats, called in, relu0, tanh0, relu1 ...: see names().
std::shared_ptr<const Model> threeNodes(int64_t elements = 8);

std::unique_ptr<Interpreter> make(const std::shared_ptr<const Model>& model, const Options& options = {});
void fill(Frame& frame, int input, float value);
float first(const Frame& frame, int output = 0);
// Sets every element of input 0, runs, and returns the first element of output 0.
float run(Interpreter& interpreter, float value);

}  // namespace trireme::core
