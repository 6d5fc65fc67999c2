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
};

// The plan in words, for a terminal of 100 columns: partitions, copies, memory, passes, then every node of the file
// with its delegate, partition, kernel and reason, and every refusal below it.
std::string explain(const ExplainInput& input);

}  // namespace trireme::plan
