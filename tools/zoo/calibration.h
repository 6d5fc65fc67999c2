#pragma once

#include "trireme/interpreter.h"

namespace trireme::zoo {

// What was seen of a value's elements. Of a value that nobody looked at: nothing.
struct Range {
  float low = 0, high = 0;
  bool seen = false;
  void include(float value);
  void include(const Range& other);
  void include(std::span<const float> values);
};
using Ranges = std::vector<Range>;  // by value id

// Inputs for calibration: white noise and smooth pictures in turn, in -1..1, from the seed alone. One vector an input.
std::vector<std::vector<float>> calibrationInputs(const Graph& graph, uint64_t seed, int number);
// Runs the model's first subgraph on `samples` sets of inputs and looks at every value. Unsupported where an input is
// not float32, or names do not tell values apart.
Result<Ranges> observeRanges(const std::shared_ptr<const Model>& model, uint64_t seed, int samples);

}  // namespace trireme::zoo
