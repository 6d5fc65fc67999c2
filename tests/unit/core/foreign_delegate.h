#pragma once

#include "tests/unit/core/call_counter.h"
#include "trireme/trireme.h"

namespace trireme::core {

// Another delegate, as it is, with everything that happens inside it marked as foreign: what is counted then is what
// the library does around it. Work that the host waits for outlives neither.
std::shared_ptr<Delegate> foreignDelegate(std::shared_ptr<Delegate> inner);

}  // namespace trireme::core
