#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// Runs two small dispatches, of which the second reads what the first wrote, and compares what they leave with the
// host: float32 to half precision and back, moved under a map with a fill and pad lanes. The result: empty when all is
// right, else what differs. A failure: the device could not do it at all,
// or not within `patience`.
Result<std::string> selfCheck(GpuDevice& device, std::chrono::nanoseconds patience);

}  // namespace trireme::gpu
