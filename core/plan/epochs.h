#pragma once

#include "trireme/graph.h"

namespace trireme::plan {

// The graph seen as units: single nodes, and groups of nodes that are already decided and run as one.
class UnitGraph {
 public:
  explicit UnitGraph(const Graph& graph);
  void merge(std::span<const NodeId> nodes);  // these nodes are one unit from now on
  uint32_t unitOf(NodeId node) const { return unitOf_[index(node)]; }
  // TFLite's epochs. The first unit that is ready decides whether the epoch takes wanted units or the others; it grows
  // by every unit of that kind that is or becomes ready; then the next epoch opens. Returns the nodes of each epoch of
  // wanted units, ascending. Branches that share nothing may share an epoch; no epoch waits for itself.
  std::vector<std::vector<NodeId>> epochs(const std::vector<bool>& wantedNodes) const;

 private:
  const Graph& graph_;
  std::vector<uint32_t> unitOf_;  // the unit's first node
};

}  // namespace trireme::plan
