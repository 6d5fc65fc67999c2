#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// Partitions from groups, in an order in which they can run: of those that are ready, the one with the earliest node,
// or the earliest group where the assignment is in order.
// Inputs and outputs are worked out here; `preserved` values are outputs of whoever computes them. Internal when the
// groups miss a node, hold one twice, or wait for each other in a circle.
Result<std::vector<PlannedPartition>> formPartitions(const Graph& graph, const Assignment& assignment,
                                                     std::span<const ValueId> preserved, const CostTable& costs);

}  // namespace trireme::plan
