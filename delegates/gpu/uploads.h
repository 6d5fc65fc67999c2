#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// Copies to the device and waits for it. Should the deadline pass, the bytes are kept for good: a device that hangs may
// still read them.
Status uploadAndWait(GpuDevice& device, std::vector<std::byte> bytes, BufferView to, TimePoint deadline);

}  // namespace trireme::gpu
