#pragma once

#include "core/compiled_model.h"

namespace trireme::core {

// A partition that its delegate, asked again, would not compile.
struct Refusal {
  uint32_t delegate = 0;
  std::vector<NodeId> nodes;
  ReasonCode code = ReasonCode::CompileFailed;
  std::string why;
};

// Compiles every partition, often enough for all frames, into `pools`; what `pools` has already of the same nodes and
// borders is kept. Returns who refused, or the failure of the CPU, which nobody can replace.
Result<std::vector<Refusal>> compilePartitions(const Graph& graph, std::span<const PlannedPartition> partitions,
                                               const CompileRequest& request,
                                               std::span<const plan::DelegateFacts> facts,
                                               std::vector<std::unique_ptr<PartitionPool>>& pools);

}  // namespace trireme::core
