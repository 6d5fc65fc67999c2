#pragma once

#include "core/plan/cost_table.h"

namespace trireme::plan {

// Nodes that one delegate runs as one partition.
struct Group {
  uint32_t delegate = 0;
  std::vector<NodeId> nodes;  // ascending
};
// Nodes that a delegate could have taken and did not get.
struct Dropped {
  uint32_t delegate = 0;
  std::vector<NodeId> nodes;
  std::string why;
};
struct Assignment {
  std::vector<Group> groups;
  std::vector<Dropped> dropped;
  bool proven = false;
  bool inOrder = false;  // the groups stand in the order in which they shall run; else the earliest ready one first
};

// All that a strategy may look at. The last delegate is the CPU, which is free of both limits.
struct StrategyInput {
  const Graph& graph;
  const SupportTable& support;
  const CostTable& costs;
  std::span<const DelegateFacts> facts;
  uint32_t minNodes = 1, maxPartitions = UINT32_MAX;
  std::span<const ValueId> preserved{};  // kept readable: the host needs them at the end
};
// What one delegate may be given.
PartitionLimits limitsOf(const StrategyInput& input, uint32_t delegate);

// A strategy is a pure function: same tables, same groups. `argument` is what follows the colon. Nodes that nobody
// takes are left out.
struct Strategy {
  const char* name;
  bool takesDelegate;  // "single:NAME"
  Result<Assignment> (*assign)(const StrategyInput& input, std::string_view argument);
};
std::span<const Strategy> strategyList();
std::string strategyNames();  // "optimal, greedy, ..., single:NAME", for messages
// Every node is in a group; else the sentence about the first that is not.
Status checkComplete(const StrategyInput& input, const Assignment& assignment);

Result<Assignment> assignOptimal(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignNnapi(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignGreedy(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignSingle(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignPerOp(const StrategyInput& input, std::string_view argument);

inline constexpr std::string_view kDefaultStrategy = "optimal";
// The strategy of that name. InvalidArgument with all that exist, or where a node can run nowhere within the limits;
// Unsupported with every refusal of the first node that nobody takes.
Result<Assignment> assignNodes(const StrategyInput& input, std::string_view strategy);

}  // namespace trireme::plan
