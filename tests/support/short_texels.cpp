#include "tests/support/short_texels.h"

#include <atomic>
#include <string_view>

namespace trireme::support {
namespace {

std::atomic<PFN_vkGetPhysicalDeviceProperties2> realProperties = nullptr;

VKAPI_ATTR void VKAPI_CALL shortTexelBuffers(VkPhysicalDevice device, VkPhysicalDeviceProperties2* properties) {
  realProperties.load()(device, properties);
  properties->properties.limits.maxTexelBufferElements = 1;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL load(VkInstance instance, const char* name) {
  const auto loader = vulkan::systemLoader();
  const PFN_vkVoidFunction real = loader.ok() ? loader.value()(instance, name) : nullptr;
  if (!real || std::string_view(name) != "vkGetPhysicalDeviceProperties2") return real;
  realProperties = reinterpret_cast<PFN_vkGetPhysicalDeviceProperties2>(real);
  return reinterpret_cast<PFN_vkVoidFunction>(&shortTexelBuffers);
}

}  // namespace

vulkan::Loader loaderWithShortTexelBuffers() { return vulkan::systemLoader().ok() ? &load : nullptr; }

}  // namespace trireme::support
