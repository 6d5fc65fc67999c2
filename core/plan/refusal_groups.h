#pragma once

#include "trireme/plan.h"

namespace trireme::plan {

// Refusals that say the same of several nodes but for names and numbers. `sentence` has "*" where they differ.
struct RefusalGroup {
  uint32_t delegate = 0;
  ReasonCode code = ReasonCode::UnknownOp;
  std::string sentence;
  std::vector<uint32_t> nodes;  // operator indices in the file, ascending
};
// A refusal of one node: its group, and what stands there for the stars ("'conv1', 32"; empty: no stars).
struct Mention {
  uint32_t group = 0;
  std::string differing;
};
struct Refusals {
  std::vector<RefusalGroup> groups;            // in the order of their first nodes
  std::vector<std::vector<Mention>> mentions;  // of each placement, in the order of its candidates' reasons
};
// Every refusal of every placement, none lost.
Refusals groupRefusals(std::span<const Placement> placements);

}  // namespace trireme::plan
