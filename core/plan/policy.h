#pragma once

#include "core/plan/support_table.h"
#include "trireme/interpreter.h"

namespace trireme::plan {

// A delegate that failed in an earlier frame, and what it said.
struct Denial {
  uint32_t delegate = 0;
  std::string why;
};

// Takes from the table what the user forbids, what is pinned elsewhere, and all nodes of delegates that failed. A pin
// to a delegate that failed is released, so that its nodes run elsewhere. InvalidArgument where a pin or a forbid names
// something that does not exist, or pins a node to a delegate that cannot take it. `operators`: in the file.
Status applyPolicy(SupportTable& support, const Graph& graph, std::span<const DelegateFacts> facts,
                   const Settings& settings, std::span<const Denial> denied, uint32_t operators);

}  // namespace trireme::plan
