#include "core/plan/group_limits.h"

namespace trireme::plan {

// Every node its own partition, on the first delegate that takes it.
Result<Assignment> assignPerOp(const StrategyInput& input, std::string_view) {
  Assignment assignment;
  std::vector<bool> free(input.graph.nodes().size(), true);
  for (uint32_t delegate = 0; delegate < input.facts.size(); ++delegate) {
    std::vector<std::vector<NodeId>> candidates;
    for (uint32_t i = 0; i < free.size(); ++i) {
      if (free[i] && input.support.can(delegate, NodeId{i})) candidates.push_back({NodeId{i}});
    }
    const size_t before = assignment.groups.size();
    keepWithinLimits(input, delegate, std::move(candidates), assignment.groups, assignment.dropped);
    for (size_t g = before; g < assignment.groups.size(); ++g) free[index(assignment.groups[g].nodes.front())] = false;
  }
  return assignment;
}

}  // namespace trireme::plan
