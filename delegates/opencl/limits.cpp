#include "delegates/opencl/limits.h"

#include <algorithm>
#include <bit>
#include <string>

namespace trireme::opencl {
namespace {

constexpr uint32_t kWidths[] = {4, 8, 16};
constexpr size_t kLeastAlignment = 64;
constexpr size_t kPage = 4096;

// The widest of ours that the device computes at once; narrower ones are made of it.
uint32_t vectorWidth(cl_uint native) {
  uint32_t width = kWidths[0];
  for (uint32_t one : kWidths) {
    if (one <= native) width = one;
  }
  return width;
}

// A GPU that shares the host's memory mostly has the local memory of a small device: there the form without tiles
// stays.
bool hasLocalTiles(const Api& api, cl_device_id device) {
  const bool isGpu = (deviceValue<cl_device_type>(api, device, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_GPU) != 0;
  const auto kind = deviceValue<cl_device_local_mem_type>(api, device, CL_DEVICE_LOCAL_MEM_TYPE);
  return isGpu && kind == CL_LOCAL && !sharesMemory(api, device);
}

bool hasWord(const std::string& words, const std::string& word) {
  return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

}  // namespace

bool sharesMemory(const Api& api, cl_device_id device) {
  return deviceValue<cl_bool>(api, device, CL_DEVICE_HOST_UNIFIED_MEMORY) != CL_FALSE;
}

gpu::DriverIdentity identityOf(const DeviceRecord& record) {
  return {"opencl", record.platformName, record.vendor, record.name, record.version + ", " + record.driver};
}

gpu::GpuLimits limitsOf(const Api& api, cl_device_id device, const gpu::Quirks& quirks) {
  const std::string extensions = deviceText(api, device, CL_DEVICE_EXTENSIONS);
  gpu::GpuLimits limits;
  limits.vectorWidth = vectorWidth(deviceValue<cl_uint>(api, device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT));
  limits.maxGroupSize =
      uint32_t(std::clamp<size_t>(deviceValue<size_t>(api, device, CL_DEVICE_MAX_WORK_GROUP_SIZE), 1, size_t{1} << 30));
  limits.sharedBytes =
      uint32_t(std::min<cl_ulong>(deviceValue<cl_ulong>(api, device, CL_DEVICE_LOCAL_MEM_SIZE), UINT32_MAX));
  limits.computeUnits = std::max<cl_uint>(1, deviceValue<cl_uint>(api, device, CL_DEVICE_MAX_COMPUTE_UNITS));
  limits.maxAllocation = limits.maxBinding = deviceValue<cl_ulong>(api, device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  const size_t told = deviceValue<cl_uint>(api, device, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;      // it is in bits
  limits.bindingAlignment = told == 0 ? kPage : std::bit_ceil(std::max(kLeastAlignment, told));  // no device wants more
  limits.cores = (deviceValue<cl_device_type>(api, device, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0;
  limits.halfStorage = quirks.halfStorage;  // vload_half and vstore_half are in every OpenCL
  limits.byteStorage = true;
  limits.float64 = hasWord(extensions, "cl_khr_fp64");
  limits.localTiles = quirks.localTiles && hasLocalTiles(api, device);
  return limits;
}

// Memory of the device is never the host's without a step between: only what was imported is seen by both, in turns.
MemoryTraits memoryOf(const Api& api, cl_device_id device, const gpu::GpuLimits& limits, const gpu::Quirks& quirks) {
  MemoryTraits traits;
  traits.alignment = limits.bindingAlignment;
  traits.maxAllocation = limits.maxAllocation;
  traits.hostVisible = false;
  traits.importAlignment =
      sharesMemory(api, device) && quirks.importsMemory ? std::max(kPage, limits.bindingAlignment) : 0;
  return traits;
}

}  // namespace trireme::opencl
