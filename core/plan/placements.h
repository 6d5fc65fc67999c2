#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// What became of a node that a pass took away: its index in the file, and a sentence.
struct FoldedNode {
  uint32_t origin = 0;
  std::string why;
};
// A pass that took a node of the file away, or changed what it reads or writes.
struct PassChange {
  uint32_t origin = 0;
  std::string pass;
};
struct PlacementInput {
  const Graph& source;  // as in the file
  const Graph& graph;   // after the passes
  const ExecutionPlan& plan;
  const SupportTable& support;
  const CostTable& costs;
  std::span<const DelegateFacts> facts;
  std::span<const Dropped> dropped;
  std::span<const FoldedNode> folded;
  std::span<const std::span<const CallInfo>> calls;  // of each partition
  std::span<const PassChange> changes{};             // by origin
};

// One a node of the file, in its order: where it runs and why, what every delegate answered, what it was fused into or
// what became of it.
std::vector<Placement> describePlacements(const PlacementInput& input);

}  // namespace trireme::plan
