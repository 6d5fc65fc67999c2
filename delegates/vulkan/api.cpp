#include "delegates/vulkan/api.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace trireme::vulkan {
namespace {

constexpr const char* kLibrary = "libvulkan.so.1";

struct Opened {
  Loader loader = nullptr;
  Status status;
};

// The library stays open until the process ends: drivers have threads of their own.
Opened open() {
  Opened opened;
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* why = dlerror();
    opened.status = Status::error(Code::Unsupported, fmt::format("this machine has no Vulkan: {} cannot be opened ({})",
                                                                 kLibrary, why ? why : "no reason given"));
    return opened;
  }
  opened.loader = reinterpret_cast<Loader>(dlsym(library, "vkGetInstanceProcAddr"));
  if (!opened.loader) {
    opened.status = Status::error(Code::Unsupported,
                                  fmt::format("{} is no Vulkan loader: it lacks vkGetInstanceProcAddr", kLibrary));
  }
  return opened;
}

template <class Function>
Function find(Loader loader, VkInstance instance, const char* name) {
  return reinterpret_cast<Function>(loader(instance, name));
}

}  // namespace

Result<Loader> systemLoader() {
  static const Opened kOpened = open();
  if (!kOpened.status.ok()) return kOpened.status;
  return kOpened.loader;
}

Result<std::shared_ptr<const Instance>> Instance::create(Loader loader) {
  // Only 1.1 has the first; a loader of 1.0 refuses instances of anything newer.
  const auto version = find<PFN_vkEnumerateInstanceVersion>(loader, nullptr, "vkEnumerateInstanceVersion");
  const auto make = find<PFN_vkCreateInstance>(loader, nullptr, "vkCreateInstance");
  if (!version || !make) {
    return Status::error(Code::Unsupported, "the Vulkan loader is too old: version 1.1 is the least");
  }
  uint32_t told = 0;
  if (const VkResult code = version(&told); code != VK_SUCCESS) return failure("vkEnumerateInstanceVersion", code);
  if (told < VK_API_VERSION_1_1) {
    return Status::error(Code::Unsupported,
                         fmt::format("the Vulkan loader is too old: it has version {}.{}, and 1.1 is the least",
                                     VK_API_VERSION_MAJOR(told), VK_API_VERSION_MINOR(told)));
  }
  VkApplicationInfo application{};
  application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  application.pEngineName = "Trireme";
  application.apiVersion = VK_API_VERSION_1_1;
  VkInstanceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  info.pApplicationInfo = &application;
  VkInstance raw = nullptr;  // a call that fails may leave anything here
  const VkResult code = make(&info, nullptr, &raw);
  if (code == VK_ERROR_INCOMPATIBLE_DRIVER) {
    return Status::error(Code::Unsupported,
                         "no Vulkan device was found: a loader is installed, but no driver that it can use");
  }
  if (code != VK_SUCCESS || !raw) return failure("vkCreateInstance", code);
  std::shared_ptr<Instance> instance(new Instance());
  instance->instance_ = raw;
  TRIREME_TRY(instance->load(loader));
  return std::shared_ptr<const Instance>(std::move(instance));
}

Instance::~Instance() {
  if (instance_ && api_.vkDestroyInstance) api_.vkDestroyInstance(instance_, nullptr);
}

Status Instance::load(Loader loader) {
  const char* missing = nullptr;
#define TRIREME_VULKAN_LOAD(name)                         \
  api_.name = find<PFN_##name>(loader, instance_, #name); \
  if (!api_.name && !missing) missing = #name;
  TRIREME_VULKAN_FUNCTIONS(TRIREME_VULKAN_LOAD)
#undef TRIREME_VULKAN_LOAD
  api_.vkGetMemoryHostPointerPropertiesEXT =
      find<PFN_vkGetMemoryHostPointerPropertiesEXT>(loader, instance_, "vkGetMemoryHostPointerPropertiesEXT");
  api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesNV = find<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesNV>(
      loader, instance_, "vkGetPhysicalDeviceCooperativeMatrixPropertiesNV");
  api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR =
      find<MatrixPropertiesOfKhr>(loader, instance_, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  if (!missing) return {};
  return Status::error(Code::Unsupported,
                       fmt::format("the Vulkan loader is too old: it lacks {}; version 1.1 is the least", missing));
}

std::string_view resultName(VkResult code) {
  switch (code) {
#define TRIREME_VULKAN_RESULT(name) \
  case name:                        \
    return #name;
    TRIREME_VULKAN_RESULT(VK_SUCCESS)
    TRIREME_VULKAN_RESULT(VK_NOT_READY)
    TRIREME_VULKAN_RESULT(VK_TIMEOUT)
    TRIREME_VULKAN_RESULT(VK_INCOMPLETE)
    TRIREME_VULKAN_RESULT(VK_ERROR_OUT_OF_HOST_MEMORY)
    TRIREME_VULKAN_RESULT(VK_ERROR_OUT_OF_DEVICE_MEMORY)
    TRIREME_VULKAN_RESULT(VK_ERROR_INITIALIZATION_FAILED)
    TRIREME_VULKAN_RESULT(VK_ERROR_DEVICE_LOST)
    TRIREME_VULKAN_RESULT(VK_ERROR_MEMORY_MAP_FAILED)
    TRIREME_VULKAN_RESULT(VK_ERROR_LAYER_NOT_PRESENT)
    TRIREME_VULKAN_RESULT(VK_ERROR_EXTENSION_NOT_PRESENT)
    TRIREME_VULKAN_RESULT(VK_ERROR_FEATURE_NOT_PRESENT)
    TRIREME_VULKAN_RESULT(VK_ERROR_INCOMPATIBLE_DRIVER)
    TRIREME_VULKAN_RESULT(VK_ERROR_TOO_MANY_OBJECTS)
    TRIREME_VULKAN_RESULT(VK_ERROR_FORMAT_NOT_SUPPORTED)
    TRIREME_VULKAN_RESULT(VK_ERROR_FRAGMENTED_POOL)
    TRIREME_VULKAN_RESULT(VK_ERROR_UNKNOWN)
    TRIREME_VULKAN_RESULT(VK_ERROR_OUT_OF_POOL_MEMORY)
    TRIREME_VULKAN_RESULT(VK_ERROR_INVALID_EXTERNAL_HANDLE)
    TRIREME_VULKAN_RESULT(VK_ERROR_INVALID_SHADER_NV)
#undef TRIREME_VULKAN_RESULT
    default:
      return "an unknown result";
  }
}

Status failure(std::string_view call, VkResult code) {
  const bool memory = code == VK_ERROR_OUT_OF_HOST_MEMORY || code == VK_ERROR_OUT_OF_DEVICE_MEMORY ||
                      code == VK_ERROR_OUT_OF_POOL_MEMORY || code == VK_ERROR_FRAGMENTED_POOL ||
                      code == VK_ERROR_TOO_MANY_OBJECTS || code == VK_ERROR_MEMORY_MAP_FAILED;
  return Status::error(memory ? Code::OutOfMemory : Code::DeviceLost,
                       code == VK_SUCCESS ? fmt::format("{} gave nothing, and no reason", call)
                                          : fmt::format("{} failed: {} ({})", call, resultName(code), int(code)));
}

}  // namespace trireme::vulkan
