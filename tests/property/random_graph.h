#pragma once

#include <cstdint>
#include <vector>

#include "trireme/graph.h"

namespace trireme::property {

enum class Arithmetic : uint8_t { Float32, Int8 };
struct RandomGraphOptions {
  uint64_t seed = 0;  // the same seed gives the same graph, on every machine
  int nodes = 20;     // about as many
  Arithmetic arithmetic = Arithmetic::Float32;
  // Work for the passes: constant operands that are computed, float16 constants, SHAPE chains, nodes that change
  // nothing, nodes that nobody uses. Without them every node counts.
  bool foldable = true;
};
// A valid graph of convolutions, pools, elementwise and shape operators on small tensors, with one or two inputs and
// one to four outputs. Shapes are inferred; where a SHAPE chain steers a RESHAPE, its result's is not known yet.
Graph randomGraph(const RandomGraphOptions& options);

// Bytes for every graph input, in order.
using Tensors = std::vector<std::vector<std::byte>>;
Tensors randomInputs(const Graph& graph, uint64_t seed);

// Node by node with the reference kernels, shapes inferred anew before each: what a graph means. Outputs in order.
Result<Tensors> evaluateGraph(const Graph& graph, const Tensors& inputs);

}  // namespace trireme::property
