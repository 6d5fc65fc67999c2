#include "delegates/vulkan/vulkan_delegate.h"

#include <fmt/format.h>

#include "delegates/gpu/gpu_delegate.h"
#include "delegates/gpu/gpu_facts.h"
#include "delegates/vulkan/limits.h"
#include "delegates/vulkan/vulkan_device.h"

namespace trireme {
namespace vulkan {
namespace {

std::vector<DeviceRecord> knownDevices(const Instance& instance) {
  std::vector<DeviceRecord> devices = listDevices(instance);
  for (DeviceRecord& one : devices) {
    const gpu::Quirks quirks = gpu::quirksOf(identityOf(one));
    if (!one.usable || quirks.refused.empty()) continue;
    one.usable = false;
    one.why = quirks.refused;
  }
  return devices;
}

std::string_view typeName(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return "discrete";
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return "integrated";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return "virtual";
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return "cpu";
    default:
      return "other";
  }
}

// Of a device below version 1.1 the type and the version are all that is known.
GpuFacts factsOf(const Api& api, const DeviceRecord& record) {
  GpuFacts facts;
  if (record.version >= VK_API_VERSION_1_1) {
    const gpu::Quirks quirks = gpu::quirksOf(identityOf(record));
    const gpu::GpuLimits limits = limitsOf(record, quirks);
    facts = gpu::factsOf(limits, memoryOf(record, limits, quirks));
    facts.memory = memorySizeOf(api, record);
    if (record.storage8) facts.features.emplace_back("storage8");
    if (record.storage16) facts.features.emplace_back("storage16");
    if (record.timestampBits > 0) facts.features.emplace_back("timestamps");
  }
  facts.type = typeName(record.type);
  facts.version = fmt::format("{}.{}.{}", VK_API_VERSION_MAJOR(record.version), VK_API_VERSION_MINOR(record.version),
                              VK_API_VERSION_PATCH(record.version));
  return facts;
}

}  // namespace

DelegateResult makeDelegate(Loader loader, const GpuOptions& options, bool measures,
                            std::optional<std::chrono::nanoseconds> patience,
                            std::optional<gpu::MatrixUnit> matrixUnit) {
  TRIREME_ASSIGN(const std::shared_ptr<const Instance> instance, Instance::create(loader));
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(knownDevices(*instance), options.device));
  DeviceOptions device;
  device.cacheFolder = options.cacheDirectory;
  device.log = options.log;
  device.patience = patience.value_or(device.patience);
  device.matrixUnit = matrixUnit;
  TRIREME_ASSIGN(std::unique_ptr<VulkanDevice> made, VulkanDevice::create(instance, record, device));
  gpu::GpuDelegateOptions words;
  words.name = options.device.empty() ? "vulkan" : fmt::format("vulkan:{}", options.device);
  words.driver = driverText(record);
  words.precision = options.precision;
  words.measures = measures;
  words.patience = patience.value_or(words.patience);
  words.reopen = [instance, record, device]() -> Result<std::unique_ptr<gpu::GpuDevice>> {
    DeviceOptions again = device;
    again.selfCheck = false;  // it computed rightly when it was opened first
    TRIREME_ASSIGN(std::unique_ptr<VulkanDevice> next, VulkanDevice::create(instance, record, again));
    return std::unique_ptr<gpu::GpuDevice>(std::move(next));
  };
  return gpu::makeGpuDelegate(std::move(made), words);
}

}  // namespace vulkan

DelegateResult createVulkanDelegate(const GpuOptions& options) {
  TRIREME_ASSIGN(const vulkan::Loader loader, vulkan::systemLoader());
  return vulkan::makeDelegate(loader, options);
}

std::vector<DelegateListing> vulkan::listDelegates(Loader loader) {
  const auto instance = Instance::create(loader);
  if (!instance.ok()) return {{"vulkan", "", "", instance.status()}};
  const std::vector<DeviceRecord> devices = knownDevices(*instance.value());
  const auto first = chooseDevice(devices, "");  // what the name alone stands for
  if (devices.empty()) return {{"vulkan", "", "", first.status()}};
  std::vector<DelegateListing> all;
  for (size_t i = 0; i < devices.size(); ++i) {
    const bool named = first.ok() && first.value().device == devices[i].device;
    all.push_back({named ? "vulkan" : fmt::format("vulkan:{}", i), devices[i].name, driverText(devices[i]),
                   chooseDevice(devices, std::to_string(i)).status(), factsOf(instance.value()->api(), devices[i])});
  }
  return all;
}

std::vector<DelegateListing> listVulkanDevices() {
  const auto loader = vulkan::systemLoader();
  if (!loader.ok()) return {{"vulkan", "", "", loader.status()}};
  return vulkan::listDelegates(loader.value());
}

}  // namespace trireme
