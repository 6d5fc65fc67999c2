#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

using NodeOrder = std::vector<uint32_t>;

// Orders in which the nodes can run: the file's, depth-first (a branch to its end), breadth-first, and those of the
// given assignments' partitions; each once.
std::vector<NodeOrder> candidateOrders(const StrategyInput& input, std::span<const Assignment> assignments);

}  // namespace trireme::plan
