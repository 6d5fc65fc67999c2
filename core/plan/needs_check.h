#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

// Ok, or why a compiled partition cannot be planned: needs that do not match its inputs and outputs, alignments that
// are no powers of two, in-place pairs that do not exist, or memory above the device's largest allocation
// (OutOfMemory).
Status checkNeeds(const Graph& graph, const PlannedPartition& partition, const PartitionNeeds& needs,
                  const DelegateFacts& facts);

}  // namespace trireme::plan
