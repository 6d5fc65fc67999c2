#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::opencl {

// Runs a few small dispatches that depend on one another and compares what they leave with the host: whole bytes, words
// moved under a map with a fill, float32 to half precision and back. The result: empty when all is right, else what
// differs. A failure: the device could not do it at all.
Result<std::string> selfCheck(gpu::GpuDevice& device);

}  // namespace trireme::opencl
