#pragma once

#include <string>

namespace trireme::plan {

// "12.3 us", "4.56 ms", "7.89 s", for people.
std::string timeText(double seconds);

}  // namespace trireme::plan
