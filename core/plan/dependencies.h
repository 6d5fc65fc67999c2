#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

// Fills every step's `after`: the steps of other queues that must have finished because they touch the same memory and
// one of the two writes it. A queue runs its own steps in order; what follows from that or from another entry is left
// out.
void addDependencies(ExecutionPlan& plan, std::span<const DelegateFacts> facts);

}  // namespace trireme::plan
