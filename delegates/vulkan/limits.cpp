#include "delegates/vulkan/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <thread>

namespace trireme::vulkan {
namespace {

constexpr size_t kLeastAlignment = 64, kPage = 4096;
constexpr VkMemoryPropertyFlags kMapped = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

constexpr uint32_t kAnyKind = UINT32_MAX;

// The first kind that has all of `wanted`; the driver lists the faster ones first.
std::optional<uint32_t> kindWith(const VkPhysicalDeviceMemoryProperties& memory, uint32_t allowed,
                                 VkMemoryPropertyFlags wanted) {
  for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    if ((allowed >> i & 1) != 0 && (memory.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
  }
  return std::nullopt;
}

}  // namespace

gpu::GpuLimits limitsOf(const DeviceRecord& record, const gpu::Quirks& quirks) {
  const VkPhysicalDeviceLimits& told = record.limits;
  gpu::GpuLimits limits;
  limits.vectorWidth = 4;
  limits.maxGroupSize = std::min(told.maxComputeWorkGroupInvocations, told.maxComputeWorkGroupSize[0]);
  std::ranges::copy(told.maxComputeWorkGroupCount, limits.maxGroups.begin());
  limits.sharedBytes = told.maxComputeSharedMemorySize;
  limits.maxBinding = told.maxStorageBufferRange;
  limits.maxAllocation = record.maxAllocation;
  const size_t alignment =
      std::max<VkDeviceSize>({1, told.minStorageBufferOffsetAlignment, told.minTexelBufferOffsetAlignment});
  limits.bindingAlignment = std::max(kLeastAlignment, std::bit_ceil(alignment));
  limits.lanesAcross = record.isCpu();
  if (mostTexelsOf(record) > 0) limits.readSlack = kUnit;
  if (record.isCpu()) limits.computeUnits = std::max(1u, std::thread::hardware_concurrency());  // Vulkan does not tell
  limits.halfStorage = quirks.halfStorage;
  limits.float64 = record.float64;
  limits.localTiles = quirks.localTiles && record.type == VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
  limits.dotProducts = record.products.dots;
  limits.matrixUnit = record.products.matrices;
  return limits;
}

size_t mostTexelsOf(const DeviceRecord& record) {
  return record.isCpu() && record.texels ? record.limits.maxTexelBufferElements : 0;
}

size_t viewBytes(size_t bytes, size_t room) {
  constexpr size_t kLevels = 256;
  return bytes % kLevels == 0 && bytes + kUnit <= room ? bytes + kUnit : bytes;
}

size_t bufferBytes(size_t bytes) {
  const size_t whole = wholeUnits(std::max(bytes, 2 * kUnit + 1));  // a unit, and one more, would be two
  return std::has_single_bit(whole) ? whole + kUnit : whole;
}

std::optional<uint32_t> MemoryKinds::own(uint32_t allowed) const {
  const auto local = kindWith(told, allowed, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | (ownMapped ? kMapped : 0));
  return local || ownMapped ? local : kindWith(told, allowed, 0);
}

std::optional<uint32_t> MemoryKinds::shared(uint32_t allowed) const {
  const auto cached = kindWith(told, allowed, kMapped | VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
  return cached ? cached : kindWith(told, allowed, kMapped);
}

bool MemoryKinds::isCoherent(uint32_t kind) const {
  return kind < told.memoryTypeCount && (told.memoryTypes[kind].propertyFlags & kMapped) == kMapped;
}

Result<MemoryKinds> memoryKindsOf(const Api& api, const DeviceRecord& record) {
  MemoryKinds kinds;
  api.vkGetPhysicalDeviceMemoryProperties(record.device, &kinds.told);
  if (!kinds.shared(kAnyKind)) {
    return Status::error(Code::Unsupported,
                         fmt::format("Vulkan device '{}' has no memory that the host can see", record.name));
  }
  kinds.ownMapped = record.type != VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU &&
                    kindWith(kinds.told, kAnyKind, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | kMapped).has_value();
  return kinds;
}

uint64_t memorySizeOf(const Api& api, const DeviceRecord& record) {
  VkPhysicalDeviceMemoryProperties told{};
  api.vkGetPhysicalDeviceMemoryProperties(record.device, &told);
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < std::min<uint32_t>(told.memoryHeapCount, VK_MAX_MEMORY_HEAPS); ++i) {
    if ((told.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0) bytes += told.memoryHeaps[i].size;
  }
  return bytes;
}

// Memory of the device is never the host's without a step between: only what was imported is seen by both, in turns.
MemoryTraits memoryOf(const DeviceRecord& record, const gpu::GpuLimits& limits, const gpu::Quirks& quirks) {
  MemoryTraits traits;
  traits.alignment = limits.bindingAlignment;
  traits.maxAllocation = limits.maxAllocation;
  const bool imports = record.hostMemory && quirks.importsMemory && record.type != VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
  traits.importAlignment = imports ? std::max({kPage, limits.bindingAlignment, record.importAlignment}) : 0;
  return traits;
}

}  // namespace trireme::vulkan
