#include <optional>

#include "tests/support/vulkan_script.h"

namespace trireme::vulkan::script {
namespace {

Overlay* current = nullptr;

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL askOverlay(VkInstance instance, const char* name) {
  return current->ask(instance, name);
}

VkPhysicalDeviceType wantedType = VK_PHYSICAL_DEVICE_TYPE_OTHER;
bool isDiscrete() { return wantedType == VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU; }

VKAPI_ATTR void VKAPI_CALL properties(VkPhysicalDevice device, VkPhysicalDeviceProperties2* told) {
  Overlay::below<PFN_vkGetPhysicalDeviceProperties2>("vkGetPhysicalDeviceProperties2")(device, told);
  told->properties.deviceType = wantedType;
  if (isDiscrete()) told->properties.limits.maxComputeWorkGroupInvocations = 4;
}

// The driver's kind of memory that the host sees stands for both: the device's own, and the host's.
uint32_t realKind = 0;
VKAPI_ATTR void VKAPI_CALL memoryKinds(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties* told) {
  constexpr VkMemoryPropertyFlags kMapped = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  Overlay::below<PFN_vkGetPhysicalDeviceMemoryProperties>("vkGetPhysicalDeviceMemoryProperties")(device, told);
  realKind = 0;
  while (realKind + 1 < told->memoryTypeCount && (told->memoryTypes[realKind].propertyFlags & kMapped) != kMapped) {
    ++realKind;
  }
  const uint32_t heap = told->memoryTypes[realKind].heapIndex;
  told->memoryTypeCount = 2;
  told->memoryTypes[0] = {VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, heap};
  told->memoryTypes[1] = {kMapped | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, heap};
}
VKAPI_ATTR void VKAPI_CALL requirements(VkDevice device, VkBuffer buffer, VkMemoryRequirements* told) {
  Overlay::below<PFN_vkGetBufferMemoryRequirements>("vkGetBufferMemoryRequirements")(device, buffer, told);
  told->memoryTypeBits = (told->memoryTypeBits >> realKind & 1) != 0 ? 3 : 0;
}
VKAPI_ATTR VkResult VKAPI_CALL allocate(VkDevice device, const VkMemoryAllocateInfo* wanted,
                                        const VkAllocationCallbacks* callbacks, VkDeviceMemory* memory) {
  VkMemoryAllocateInfo info = *wanted;
  info.memoryTypeIndex = realKind;
  return Overlay::below<PFN_vkAllocateMemory>("vkAllocateMemory")(device, &info, callbacks, memory);
}

}  // namespace

Overlay::Overlay(Loader under) : loader_(under) { current = this; }
Overlay::~Overlay() { current = nullptr; }
Loader Overlay::loader() const { return askOverlay; }

PFN_vkVoidFunction Overlay::ask(VkInstance instance, const std::string& name) {
  const PFN_vkVoidFunction real = loader_(instance, name.c_str());
  if (real) below_[name] = real;
  const auto found = above_.find(name);
  return found == above_.end() ? real : found->second;
}

PFN_vkVoidFunction Overlay::find(const std::string& name) { return current->below_.at(name); }

void passFor(Overlay& overlay, VkPhysicalDeviceType type) {
  wantedType = type;
  overlay.put("vkGetPhysicalDeviceProperties2", properties);
  if (!isDiscrete()) return;
  overlay.put("vkGetPhysicalDeviceMemoryProperties", memoryKinds);
  overlay.put("vkGetBufferMemoryRequirements", requirements);
  overlay.put("vkAllocateMemory", allocate);
}

}  // namespace trireme::vulkan::script
