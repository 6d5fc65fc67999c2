#pragma once

#include "delegates/gpu/device_cache.h"
#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// Runs two small dispatches, of which the second reads what the first wrote, and compares what they leave with the
// host: float32 to half precision and back, moved under a map with a fill and pad lanes. The result: empty when all is
// right, else what differs. A failure: the device could not do it at all,
// or not within `patience`.
Result<std::string> selfCheck(GpuDevice& device, std::chrono::nanoseconds patience);

// DeviceLost when the device computes wrongly, by this check or by one that an earlier process kept: compiling the
// check's program costs more than the check.
Status checkDevice(GpuDevice& device, DeviceCache& cache, std::string_view api, std::chrono::nanoseconds patience);

}  // namespace trireme::gpu
