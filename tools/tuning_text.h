#pragma once

#include "tools/describe.h"

namespace trireme::tools {

// How far a prediction lies above what was measured, in percent of that; none where nothing was.
std::optional<double> errorPercent(double predictedSeconds, double measuredSeconds);

// The plans that --tune tried: a line each, nothing without.
std::string tuningText(const CompiledModel& compiled);
Json tuningJson(const CompiledModel& compiled);  // null without

}  // namespace trireme::tools
