#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// An order in which the nodes can run: of those that are ready, the earliest listed. InvalidModel when an id does not
// exist, when two nodes write one value, or when nodes wait for each other in a circle.
Result<std::vector<uint32_t>> runOrder(std::span<const Node> nodes, std::span<const Value> values);

// "operator 12 CONV_2D" of a node that is not in a graph yet.
std::string describe(const Node& node);
// "'filter'", or "value 7" where it has no name.
std::string quotedName(std::span<const Value> values, ValueId id);

}  // namespace trireme::graph
