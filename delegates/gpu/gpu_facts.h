#pragma once

#include "delegates/gpu/gpu_device.h"
#include "trireme/delegates.h"

namespace trireme::gpu {

// What lists of devices say of one, as far as limits and traits know it: all but type, version and memory.
GpuFacts factsOf(const GpuLimits& limits, const MemoryTraits& traits);

}  // namespace trireme::gpu
