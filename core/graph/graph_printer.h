#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

std::string printGraph(const Graph& graph);  // one line a node, for people and goldens
// Graphviz. `colour`, where given, holds a colour name or #rrggbb for each node; empty: none.
std::string printDot(const Graph& graph, std::span<const std::string> colour = {});
// "operator 12 CONV_2D", by its index in the file; with several origins "operators 12, 13 CONV_2D".
std::string describe(const Graph& graph, NodeId id);
std::string describe(const TensorType& type);  // "float32 1x28x28x1", "int8 per channel 8x3x3x16"

}  // namespace trireme::graph
