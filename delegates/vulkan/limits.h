#pragma once

#include <optional>

#include "delegates/gpu/gpu_device.h"
#include "delegates/vulkan/devices.h"

namespace trireme::vulkan {

// A multiple of what the widest view of a buffer reads at once.
constexpr size_t kUnit = 16;
inline size_t wholeUnits(size_t bytes) { return (bytes + kUnit - 1) / kUnit * kUnit; }

// How a device is used, as our half of the GPU delegates sees it.
gpu::GpuLimits limitsOf(const DeviceRecord& record, const gpu::Quirks& quirks);
// The longest view that programs read texels of, in texels; 0: they read storage buffers alone. Drivers that run on a
// CPU turn a storage buffer's vector into loads of its elements; what GPUs read faster was not measured.
size_t mostTexelsOf(const DeviceRecord& record);
// How long a view of texels is made of a binding of `bytes`, where `room` bytes lie from its beginning on; and a buffer
// of at least `bytes`. lavapipe (Mesa 22.3) compiles a program anew for views that it takes for another kind of image:
// where their buffer's size is a power of two, and where their own is a multiple of 256, since it reads that byte of it
// as a level. Here no buffer is like that, and no view, if there is room.
size_t viewBytes(size_t bytes, size_t room);
size_t bufferBytes(size_t bytes);
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
