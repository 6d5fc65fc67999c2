#pragma once

#include <string>

namespace trireme::tune {

// What a measured time hangs on beside the delegate: the processor's name, its instruction sets, sizes of its caches,
// how many cores this process may use. "AMD EPYC; avx2 avx512f avx512_vnni; L2 1024 KiB, L3 32768 KiB; 2 cores".
// Times from another machine are worth nothing here.
std::string machineClass();

}  // namespace trireme::tune
