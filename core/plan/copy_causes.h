#pragma once

#include "trireme/plan.h"

namespace trireme::plan {

struct CopyCauseInput {
  const Graph& graph;
  const ExecutionPlan& plan;
  std::span<const Placement> placements;
  std::span<const std::string> names;  // of the delegates
};
// Why a value goes from one memory to another.
struct CopyCause {
  uint32_t step = 0;
  std::string why;  // a sentence without a full stop
  // The refusal behind it: a delegate that has one end of the copy, and the node at the other end (its operator index
  // in the file) that it does not take.
  std::optional<std::pair<uint32_t, uint32_t>> refused;
};

// One a copy (an upload, a download or a hand-over), in the plan's order.
std::vector<CopyCause> copyCauses(const CopyCauseInput& input);

}  // namespace trireme::plan
