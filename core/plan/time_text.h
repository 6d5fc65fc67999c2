#pragma once

#include <string>

#include "trireme/delegate.h"

namespace trireme::plan {

// "12.3 us", "4.56 ms", "7.89 s", for people.
std::string timeText(double seconds);
// Where a price comes from: "estimated", "measured", "published".
std::string_view sourceName(Cost::Source source);

}  // namespace trireme::plan
