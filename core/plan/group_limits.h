#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// Cuts candidates to what the delegate allows (maxNodes), then keeps those that are large enough and of these as many
// as allowed: first those with a node that can run nowhere else, then the largest; of two of one size the earlier. The
// CPU's are all kept whole. Appends what is kept to `kept` and the rest, with the reason, to `dropped`.
void keepWithinLimits(const StrategyInput& input, uint32_t delegate, std::vector<std::vector<NodeId>> candidates,
                      std::vector<Group>& kept, std::vector<Dropped>& dropped);

}  // namespace trireme::plan
