#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// What a node costs, independent of the device. Shapes must be known; unknown dimensions count as 1.
struct Work {
  int64_t macs = 0;        // multiply-accumulates of convolutions and matrix products; 0 for other operators
  int64_t operations = 0;  // arithmetic operations, 2 a MAC
  int64_t bytes = 0;       // read and written once: inputs, constants, outputs
};
Work nodeWork(const Graph& graph, NodeId id);
Work graphWork(const Graph& graph);
// Elements of weights and biases; shapes, axes and other index constants are left out, and so are the lone numbers
// (rank 0) of formulas.
int64_t parameterCount(const Graph& graph);

}  // namespace trireme::graph
