#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trireme::tools {

// What the system says of this process so far.
struct ProcessCounters {
  double cpuSeconds = 0;             // user and system, all threads
  uint64_t involuntarySwitches = 0;  // how often a thread was made to wait though it had work
};
ProcessCounters processCounters();
// Time that a hypervisor gave to others, of all processors together; none where the system does not tell.
std::optional<double> stolenSeconds();
// The most memory that the process ever held; none where the system does not tell.
std::optional<size_t> peakMemoryBytes();

// Whether another's work took part in a time of `seconds`: more than one involuntary switch and one more every 10 ms.
bool wasSwitchedOften(uint64_t switches, double seconds);
// Whether more than 2 % of the processors' time was stolen; a hundredth of a second may be the clock's own grain.
bool wasStolenFrom(double stolen, double seconds, int cores);

// The readers of the system's texts: /proc/stat and /proc/self/status.
std::optional<double> stolenTicksIn(std::string_view stat);
std::optional<size_t> peakKilobytesIn(std::string_view status);

}  // namespace trireme::tools
