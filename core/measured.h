#pragma once

#include "core/plan/measured_costs.h"
#include "trireme/interpreter.h"

namespace trireme::core {

// What the cache's folder holds of these delegates on this machine. What is damaged or all of other machines and
// versions is passed over, with one line to the log. Empty without a folder.
plan::MeasuredList readMeasured(const Settings& settings, std::span<const std::shared_ptr<Delegate>> delegates);

}  // namespace trireme::core
