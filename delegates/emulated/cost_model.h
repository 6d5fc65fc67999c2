#pragma once

#include "delegates/emulated/profile.h"

namespace trireme::emulated {

// What a profile says that things cost. The planner's prices and the modelled times are the same numbers.

// A node alone: the larger of arithmetic and memory, plus what every node costs.
struct NodeCost {
  double arithmetic = 0, memory = 0, overhead = 0, joules = 0;  // seconds, joules
  double seconds() const { return (arithmetic > memory ? arithmetic : memory) + overhead; }
};
NodeCost nodeCost(const Profile& profile, const Graph& graph, NodeId node);
double copySeconds(const Profile& profile, size_t bytes);
DeviceRates ratesOf(const Profile& profile);
// "arithmetic 3.2 us, memory 1.1 us, overhead 4 us".
std::string describe(const NodeCost& cost);

}  // namespace trireme::emulated
