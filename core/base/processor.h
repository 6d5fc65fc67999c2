#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trireme::base {

// Of the processors that this process runs on, as the system tells it. None of it changes while the process lives, but
// for the cores when somebody else sets its affinity.
std::string cpuinfo(std::string_view key);  // the first processor's line of /proc/cpuinfo; empty where there is none
// Instruction sets that kernels are chosen by, in the system's words and order: "avx2", "avx512_vnni", "asimd".
std::vector<std::string> instructionSets();
int usableCores() noexcept;  // that this process may use; at least 1

}  // namespace trireme::base
