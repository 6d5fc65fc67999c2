#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// Greedy over some delegates only, in that order.
Assignment assignInOrder(const StrategyInput& input, std::span<const uint32_t> delegates);

}  // namespace trireme::plan
