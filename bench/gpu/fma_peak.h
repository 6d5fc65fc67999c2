#pragma once

namespace trireme::bench {

// Float32 multiply-adds of all cores at once, in operations a second, over some milliseconds; 0 where there is no loop
// for this processor. Clocks wander: measure it beside what it is compared with.
double measureFmaPeak();

}  // namespace trireme::bench
