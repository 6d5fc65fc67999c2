#pragma once

#include "delegates/gpu/gpu_device.h"
#include "delegates/gpu/quirks.h"
#include "delegates/opencl/devices.h"

// What a device says of itself, in our terms.
namespace trireme::opencl {

gpu::DriverIdentity identityOf(const DeviceRecord& record);
// Whether the host's memory is the device's, too; false: a discrete GPU.
bool sharesMemory(const Api& api, cl_device_id device);
gpu::GpuLimits limitsOf(const Api& api, cl_device_id device, const gpu::Quirks& quirks);
MemoryTraits memoryOf(const Api& api, cl_device_id device, const gpu::GpuLimits& limits, const gpu::Quirks& quirks);

}  // namespace trireme::opencl
