#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

// The whole plan as text, for goldens and people: the same plan gives the same bytes. `names`: of the delegates.
std::string printPlan(const ExecutionPlan& plan, const Graph& graph, std::span<const std::string> names);

}  // namespace trireme::plan
