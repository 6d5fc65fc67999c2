#pragma once

#include <string>
#include <vector>

#include "delegates/gpu/quirks.h"
#include "delegates/vulkan/products.h"

// Which devices there are, and which of them a word means.
namespace trireme::vulkan {

// What a physical device says of itself, as far as it matters here.
struct DeviceRecord {
  VkPhysicalDevice device = nullptr;
  std::string name, vendor, driver;  // driver: "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"
  uint32_t version = 0;              // of Vulkan
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  VkPhysicalDeviceLimits limits{};
  uint32_t queueFamily = 0;
  uint32_t timestampBits = 0;  // of that family's queues
  // Features and extensions.
  bool float64 = false, storage8 = false, storage16 = false, hostMemory = false;
  bool texels = false;  // every format of texels.h is one of storage texel buffers
  Products products;
  size_t importAlignment = 0;  // of hostMemory
  size_t maxAllocation = 0;
  std::vector<uint8_t> uuid;  // of the driver's pipelines
  bool usable = false;
  std::string why;  // when it is not

  bool isCpu() const { return type == VK_PHYSICAL_DEVICE_TYPE_CPU; }
};
// "Vulkan 1.3, llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)": for people.
std::string driverText(const DeviceRecord& record);
gpu::DriverIdentity identityOf(const DeviceRecord& record);

// Every device, in the loader's order; their positions are what users count by. Devices that fail are passed over.
std::vector<DeviceRecord> listDevices(const Instance& instance);

// `word`: empty (the fastest kind: discrete, integrated, virtual, others, CPUs), a position, or a part of a device's
// names, in any case. Errors as gpu::chooseDevice.
Result<DeviceRecord> chooseDevice(const std::vector<DeviceRecord>& devices, std::string_view word);

}  // namespace trireme::vulkan
