#pragma once

#include <optional>

#include "delegates/gpu/gpu_device.h"
#include "delegates/vulkan/devices.h"

namespace trireme::vulkan {

// How a device is used, as our half of the GPU delegates sees it.
gpu::GpuLimits limitsOf(const DeviceRecord& record, const gpu::Quirks& quirks);
// The longest view that programs read texels of, in texels; 0: they read storage buffers alone. Drivers that run on a
// CPU turn a storage buffer's vector into loads of its elements; what GPUs read faster was not measured.
size_t mostTexelsOf(const DeviceRecord& record);
// The device's kinds of memory, and which of them is for what.
struct MemoryKinds {
  VkPhysicalDeviceMemoryProperties told{};
  bool ownMapped = false;  // the host sees the device's own memory, and each what the other wrote
  // Among the kinds that a buffer may have, which are the bits of `allowed`. Own: of tensors and weights. Shared: of
  // copies between host and device. None: there is no such memory.
  std::optional<uint32_t> own(uint32_t allowed) const;
  std::optional<uint32_t> shared(uint32_t allowed) const;
  bool isCoherent(uint32_t kind) const;
};
// Unsupported where the host sees none of its memory.
Result<MemoryKinds> memoryKindsOf(const Api& api, const DeviceRecord& record);
uint64_t memorySizeOf(const Api& api, const DeviceRecord& record);  // of the heaps that are its own; 0: none is
MemoryTraits memoryOf(const DeviceRecord& record, const gpu::GpuLimits& limits, const gpu::Quirks& quirks);

}  // namespace trireme::vulkan
