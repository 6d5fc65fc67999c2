#pragma once

#include "core/plan/residence.h"

namespace trireme::plan {

// The steps of a plan: partitions in their order, each led by the copies and hand-overs that it needs, followed by the
// downloads that others wait for. A value is copied once to each device that reads it; between two devices it goes over
// the host, in two steps, or as one hand-over where both imported the host's memory. Fills inputs, outputs, preserved,
// constants and commits, and the live ranges of the blocks; places and `after` come with memory_planner.h.
Draft schedule(const ResidenceInput& input, std::string strategy, bool proven);

}  // namespace trireme::plan
