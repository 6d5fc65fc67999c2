#pragma once

#include "core/plan/draft.h"

namespace trireme::plan {

// Gives every block a place in an arena: one arena for each device, each set of devices that share host memory, and
// the host itself, several where a device's largest allocation asks for it. Blocks whose live ranges meet never
// overlap; the largest are placed first, each as low as it fits. An output takes the memory of an input that dies in
// its step where the partition offers it. Then `after` is worked out (dependencies.h).
ExecutionPlan planMemory(Draft draft, const NeedsList& needs, std::span<const DelegateFacts> facts);

struct MemoryUse {
  size_t frameBytes = 0, interpreterBytes = 0;  // of all arenas, on all devices
};
MemoryUse memoryUse(const ExecutionPlan& plan);

}  // namespace trireme::plan
