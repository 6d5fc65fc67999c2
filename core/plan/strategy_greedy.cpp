#include "core/plan/strategy_greedy.h"

#include <numeric>

#include "core/plan/epochs.h"
#include "core/plan/group_limits.h"

namespace trireme::plan {

// TFLite's way: each delegate in turn sees the nodes that are still free, takes its epochs of them, and what it keeps
// is one unit for those that follow.
Assignment assignInOrder(const StrategyInput& input, std::span<const uint32_t> delegates) {
  Assignment assignment;
  UnitGraph units(input.graph);
  std::vector<bool> free(input.graph.nodes().size(), true);
  for (uint32_t delegate : delegates) {
    std::vector<bool> wanted(free.size());
    for (uint32_t i = 0; i < free.size(); ++i) wanted[i] = free[i] && input.support.can(delegate, NodeId{i});
    const size_t before = assignment.groups.size();
    keepWithinLimits(input, delegate, units.epochs(wanted), assignment.groups, assignment.dropped);
    for (size_t g = before; g < assignment.groups.size(); ++g) {
      units.merge(assignment.groups[g].nodes);
      for (NodeId node : assignment.groups[g].nodes) free[index(node)] = false;
    }
  }
  return assignment;
}

Result<Assignment> assignGreedy(const StrategyInput& input, std::string_view) {
  std::vector<uint32_t> all(input.facts.size());
  std::iota(all.begin(), all.end(), 0u);
  return assignInOrder(input, all);
}

}  // namespace trireme::plan
