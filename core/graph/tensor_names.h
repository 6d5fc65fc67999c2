#pragma once

#include <string>

#include "trireme/graph.h"

namespace trireme::graph {

// For a sentence about a name that no tensor has: "the nearest of its 34 tensors: 'relu_1', 'relu_2'". Constants are
// not among them.
std::string nearestTensors(const Graph& graph, std::string_view name);

}  // namespace trireme::graph
