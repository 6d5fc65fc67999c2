#pragma once

#include "core/plan/draft.h"

namespace trireme::plan {

struct VerifierInput {
  const ExecutionPlan& plan;
  const Graph& graph;
  std::span<const DelegateFacts> facts;
  const NeedsList& needs;
  std::span<const ValueId> preserved;
};

// Proves a plan anew, sharing nothing with what made it: every node in exactly one partition, partitions convex with
// the right borders, every slot inside its arena and aligned, devices' limits kept, every read of the value that was
// written there and by somebody whose memory the reader can see, no live value overwritten, inputs and state untouched,
// results in place at the end, and every conflict between queues ordered by `after`. Internal with the first broken
// sentence.
Status verifyPlan(const VerifierInput& input);

// Its chapters.
Status verifyPartitions(const VerifierInput& input);
Status verifySlots(const VerifierInput& input);     // sizes, alignments, limits, ids in range
Status verifyContents(const VerifierInput& input);  // what lies where, step by step
Status verifyOrder(const VerifierInput& input);     // between queues

}  // namespace trireme::plan
