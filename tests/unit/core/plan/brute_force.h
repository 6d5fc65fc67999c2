#pragma once

#include "core/plan/strategy.h"

namespace trireme::plan {

// The cheapest way to run the graph, found by trying every node on every delegate in every order, with prices worked
// out here and not by the code under test. For graphs of a few nodes. `seconds` is infinite where the limits allow
// nothing. Groups are in the order in which they run.
struct BruteForce {
  double seconds = 0;
  std::vector<Group> groups;
};
BruteForce bruteForce(const StrategyInput& input);

// The cheapest split between a delegate with its own memory (0) and the CPU (1), where starting costs nothing, by a
// minimum cut: a node a side, and for each value one auxiliary node a direction, so that fan-out pays once.
double minimumCut(const StrategyInput& input);

}  // namespace trireme::plan
