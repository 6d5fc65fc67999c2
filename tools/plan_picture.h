#pragma once

#include <string>

#include "trireme/interpreter.h"

namespace trireme::tools {

// A plan for Graphviz: a frame a partition, a colour and a kind of line a delegate (so that it reads without colours
// too), copies as thick edges with their bytes and price, and a legend.
std::string planPicture(const CompiledModel& compiled);

}  // namespace trireme::tools
