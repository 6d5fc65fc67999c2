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
};

// All that a strategy may look at. The last delegate is the CPU, which is free of both limits.
struct StrategyInput {
  const Graph& graph;
  const SupportTable& support;
  const CostTable& costs;
  std::span<const DelegateFacts> facts;
  uint32_t minNodes = 1, maxPartitions = UINT32_MAX;
};

// A strategy is a pure function: same tables, same groups. `argument` is what follows the colon. Nodes that nobody
// takes are left out.
struct Strategy {
  const char* name;
  bool takesDelegate;  // "single:NAME"
  Result<Assignment> (*assign)(const StrategyInput& input, std::string_view argument);
};
std::span<const Strategy> strategyList();

Result<Assignment> assignGreedy(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignSingle(const StrategyInput& input, std::string_view argument);
Result<Assignment> assignPerOp(const StrategyInput& input, std::string_view argument);

inline constexpr std::string_view kDefaultStrategy = "greedy";
// The strategy of that name. InvalidArgument with all that exist; Unsupported with every refusal of the first node
// that nobody takes.
Result<Assignment> assignNodes(const StrategyInput& input, std::string_view strategy);

}  // namespace trireme::plan
