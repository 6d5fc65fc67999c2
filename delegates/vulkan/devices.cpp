#include "delegates/vulkan/devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "delegates/gpu/device_words.h"
#include "delegates/vulkan/texels.h"

namespace trireme::vulkan {
namespace {

constexpr std::string_view kHostMemory = VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME;
constexpr std::string_view kStorage8 = VK_KHR_8BIT_STORAGE_EXTENSION_NAME;
constexpr std::string_view kDriverProperties = VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME;

template <class T>
T structure(VkStructureType type) {
  T one{};
  one.sType = type;
  return one;
}

// Puts a structure into the chain of another.
template <class Head, class T>
void chain(Head& head, T& next) {
  next.pNext = head.pNext;
  head.pNext = &next;
}

// Calls list(&count, items) as Vulkan wants it: once for the count, once for the items. Empty where either fails.
template <class T, class List>
std::vector<T> listed(List list) {
  uint32_t count = 0;
  if (list(&count, nullptr) != VK_SUCCESS || count == 0) return {};
  std::vector<T> items(count);
  const VkResult code = list(&count, items.data());
  if (code != VK_SUCCESS && code != VK_INCOMPLETE) return {};
  items.resize(std::min<size_t>(count, items.size()));
  return items;
}

std::vector<std::string> extensionsOf(const Api& api, VkPhysicalDevice device) {
  const auto extensions = listed<VkExtensionProperties>([&](uint32_t* count, VkExtensionProperties* items) {
    return api.vkEnumerateDeviceExtensionProperties(device, nullptr, count, items);
  });
  std::vector<std::string> names;
  for (const VkExtensionProperties& one : extensions) names.emplace_back(one.extensionName);
  return names;
}

std::string versionText(uint32_t version) {
  return fmt::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version),
                     VK_API_VERSION_PATCH(version));
}

std::string vendorOf(uint32_t number) {
  switch (number) {
    case 0x1002:
      return "AMD";
    case 0x1010:
      return "Imagination";
    case 0x106b:
      return "Apple";
    case 0x10de:
      return "NVIDIA";
    case 0x13b5:
      return "ARM";
    case 0x1ae0:
      return "Google";
    case 0x5143:
      return "Qualcomm";
    case 0x8086:
      return "Intel";
    case 0x10005:
      return "Mesa";
    default:
      return fmt::format("vendor {:#x}", number);
  }
}

void describeProperties(const Api& api, DeviceRecord& record, const std::vector<std::string>& extensions) {
  const auto has = [&](std::string_view name) { return std::ranges::find(extensions, name) != extensions.end(); };
  auto properties = structure<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
  auto maintenance =
      structure<VkPhysicalDeviceMaintenance3Properties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES);
  auto driver = structure<VkPhysicalDeviceDriverProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
  auto host = structure<VkPhysicalDeviceExternalMemoryHostPropertiesEXT>(
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT);
  record.hostMemory = has(kHostMemory) && api.vkGetMemoryHostPointerPropertiesEXT;
  chain(properties, maintenance);
  if (record.version >= VK_API_VERSION_1_2 || has(kDriverProperties)) chain(properties, driver);
  if (record.hostMemory) chain(properties, host);
  api.vkGetPhysicalDeviceProperties2(record.device, &properties);
  const VkPhysicalDeviceProperties& core = properties.properties;
  record.driver = driver.driverName[0] == '\0' ? versionText(core.driverVersion) : std::string(driver.driverName);
  if (driver.driverInfo[0] != '\0') record.driver += fmt::format(", {}", driver.driverInfo);
  record.limits = core.limits;
  record.maxAllocation = size_t(maintenance.maxMemoryAllocationSize);
  record.importAlignment = record.hostMemory ? size_t(host.minImportedHostPointerAlignment) : 0;
  record.uuid.assign(std::begin(core.pipelineCacheUUID), std::end(core.pipelineCacheUUID));
}

void describeFeatures(const Api& api, DeviceRecord& record, const std::vector<std::string>& extensions) {
  auto features = structure<VkPhysicalDeviceFeatures2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2);
  auto storage16 =
      structure<VkPhysicalDevice16BitStorageFeatures>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES);
  auto storage8 =
      structure<VkPhysicalDevice8BitStorageFeatures>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES);
  chain(features, storage16);
  // We ask for version 1.1, for which it is an extension on newer devices too.
  if (std::ranges::find(extensions, kStorage8) != extensions.end()) chain(features, storage8);
  api.vkGetPhysicalDeviceFeatures2(record.device, &features);
  record.float64 = features.features.shaderFloat64 == VK_TRUE;
  record.storage16 = storage16.storageBuffer16BitAccess == VK_TRUE;
  record.storage8 = storage8.storageBuffer8BitAccess == VK_TRUE;
}

bool readsTexels(const Api& api, VkPhysicalDevice device) {
  return std::ranges::all_of(kTexelFormats, [&](const TexelFormat& one) {
    VkFormatProperties can{};
    api.vkGetPhysicalDeviceFormatProperties(device, one.format, &can);
    return (can.bufferFeatures & VK_FORMAT_FEATURE_STORAGE_TEXEL_BUFFER_BIT) != 0;
  });
}

// A family for compute alone keeps out of the way of what is drawn; else any that computes.
std::optional<uint32_t> computeFamily(const std::vector<VkQueueFamilyProperties>& families) {
  std::optional<uint32_t> found;
  for (uint32_t i = 0; i < families.size(); ++i) {
    const VkQueueFlags flags = families[i].queueFlags;
    if ((flags & VK_QUEUE_COMPUTE_BIT) == 0 || families[i].queueCount == 0) continue;
    if ((flags & VK_QUEUE_GRAPHICS_BIT) == 0) return i;
    if (!found) found = i;
  }
  return found;
}

bool sharesMemory(const Api& api, VkPhysicalDevice device) {
  constexpr VkMemoryPropertyFlags kMapped = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  VkPhysicalDeviceMemoryProperties told{};
  api.vkGetPhysicalDeviceMemoryProperties(device, &told);
  const auto kinds = std::span(told.memoryTypes).first(std::min<size_t>(told.memoryTypeCount, VK_MAX_MEMORY_TYPES));
  return std::ranges::any_of(kinds, [](const VkMemoryType& one) { return (one.propertyFlags & kMapped) == kMapped; });
}

void judge(DeviceRecord& record, bool computes, bool shares) {
  constexpr uint32_t kBindings = 8;  // of a program at most
  if (record.version < VK_API_VERSION_1_1) {
    record.why = fmt::format("it has Vulkan {}, and 1.1 is the least that is needed", versionText(record.version));
  } else if (!computes) {
    record.why = "none of its queues computes";
  } else if (!shares) {
    record.why = "it has no memory that the host can see";
  } else if (record.limits.maxPerStageDescriptorStorageBuffers < kBindings) {
    record.why = fmt::format("a program of it binds at most {} buffers, and {} are needed",
                             record.limits.maxPerStageDescriptorStorageBuffers, kBindings);
  } else if (record.limits.maxStorageBufferRange == 0 || record.maxAllocation == 0) {
    record.why = "it does not say what memory it has";
  } else {
    record.usable = true;
  }
}

DeviceRecord describe(const Api& api, VkPhysicalDevice device) {
  DeviceRecord record;
  record.device = device;
  auto properties = structure<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
  api.vkGetPhysicalDeviceProperties2(device, &properties);
  record.name = properties.properties.deviceName;
  record.vendor = vendorOf(properties.properties.vendorID);
  record.version = properties.properties.apiVersion;
  record.type = properties.properties.deviceType;
  if (record.version < VK_API_VERSION_1_1) {  // it knows none of what is asked next
    record.driver = versionText(properties.properties.driverVersion);
    judge(record, true, true);
    return record;
  }
  const std::vector<std::string> extensions = extensionsOf(api, device);
  describeProperties(api, record, extensions);
  describeFeatures(api, record, extensions);
  record.texels = readsTexels(api, device);
  record.products = productsOf(api, device, extensions);
  uint32_t count = 0;
  api.vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  api.vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
  families.resize(count);
  const std::optional<uint32_t> family = computeFamily(families);
  record.queueFamily = family.value_or(0);
  record.timestampBits = family ? families[*family].timestampValidBits : 0;
  judge(record, family.has_value(), sharesMemory(api, device));
  return record;
}

int preferenceOf(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return 4;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return 3;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return 2;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

std::string driverText(const DeviceRecord& record) {
  return fmt::format("{}, Vulkan {}.{}", record.driver, VK_API_VERSION_MAJOR(record.version),
                     VK_API_VERSION_MINOR(record.version));
}

gpu::DriverIdentity identityOf(const DeviceRecord& record) {
  std::string uuid;
  for (const uint8_t byte : record.uuid) uuid += fmt::format("{:02x}", byte);
  return {"vulkan", record.driver, record.vendor, record.name,
          fmt::format("{}, {}", versionText(record.version), uuid)};
}

std::vector<DeviceRecord> listDevices(const Instance& instance) {
  const Api& api = instance.api();
  const auto devices = listed<VkPhysicalDevice>([&](uint32_t* count, VkPhysicalDevice* items) {
    return api.vkEnumeratePhysicalDevices(instance.get(), count, items);
  });
  std::vector<DeviceRecord> all;
  for (VkPhysicalDevice device : devices) all.push_back(describe(api, device));
  return all;
}

Result<DeviceRecord> chooseDevice(const std::vector<DeviceRecord>& devices, std::string_view word) {
  std::vector<gpu::ListedDevice> listed;
  for (const DeviceRecord& one : devices) {
    listed.push_back({one.name, one.driver, one.vendor, one.usable, one.why, preferenceOf(one.type)});
  }
  TRIREME_ASSIGN(const size_t chosen, gpu::chooseDevice("Vulkan", listed, word));
  return devices[chosen];
}

}  // namespace trireme::vulkan
