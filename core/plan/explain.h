#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

struct ExplainInput {
  const Graph& graph;
  const ExecutionPlan& plan;
  std::span<const Placement> placements;
  std::span<const std::string> names;    // of the delegates
  std::span<const std::string> devices;  // what each runs on
  std::span<const PassReport> passes;
  std::span<const std::span<const CallInfo>> calls;  // of each partition
  std::span<const size_t> weightBytes;               // of each partition
  std::span<const PartitionLimits> limits{};         // of the delegates, the user's constraints included; none: none
};

// The plan in words, for a terminal of 100 columns, the short before the long: what each delegate got and what keeps
// the rest off it, every refusal once under a number; partitions; copies and their causes; memory; passes; then a line
// for every node of the file with its delegate, price, runner-up and the numbers of its refusals.
std::string explain(const ExplainInput& input);

// What each partition calls, and why that kernel.
std::string explainKernels(const Graph& graph, std::span<const std::span<const CallInfo>> calls);

}  // namespace trireme::plan
