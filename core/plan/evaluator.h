#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// The judge of all strategies: what a frame costs with these groups, one step after the other. It makes the steps with
// the code that makes plans and adds them up: runs (start, nodes, less what fuses), one copy a value and destination,
// over the host between two devices, hand-overs where memory is shared, results on the host. Of a partition's needs it
// assumes that inputs and outputs are dense; a plan whose partitions ask for no more has this very price.
Result<Cost> priceOf(const StrategyInput& input, const Assignment& assignment);

}  // namespace trireme::plan
