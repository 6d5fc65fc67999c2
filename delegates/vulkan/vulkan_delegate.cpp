#include "delegates/vulkan/vulkan_delegate.h"

#include <fmt/format.h>

#include "delegates/gpu/gpu_delegate.h"
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

}  // namespace

DelegateResult makeDelegate(Loader loader, const GpuOptions& options, bool measures,
                            std::optional<std::chrono::nanoseconds> patience) {
  TRIREME_ASSIGN(const std::shared_ptr<const Instance> instance, Instance::create(loader));
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(knownDevices(*instance), options.device));
  DeviceOptions device;
  device.cacheFolder = options.cacheDirectory;
  device.log = options.log;
  device.patience = patience.value_or(device.patience);
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
                   chooseDevice(devices, std::to_string(i)).status()});
  }
  return all;
}

std::vector<DelegateListing> listVulkanDevices() {
  const auto loader = vulkan::systemLoader();
  if (!loader.ok()) return {{"vulkan", "", "", loader.status()}};
  return vulkan::listDelegates(loader.value());
}

}  // namespace trireme
