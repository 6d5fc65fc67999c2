#include <algorithm>
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

// The structure of this type in a chain.
template <class T>
T* chained(void* next, VkStructureType type) {
  for (auto* one = static_cast<VkBaseOutStructure*>(next); one; one = one->pNext) {
    if (one->sType == type) return reinterpret_cast<T*>(one);
  }
  return nullptr;
}

VkBool32 dotsAreFast = VK_TRUE;
VKAPI_ATTR void VKAPI_CALL fastDots(VkPhysicalDevice device, VkPhysicalDeviceProperties2* told) {
  Overlay::below<PFN_vkGetPhysicalDeviceProperties2>("vkGetPhysicalDeviceProperties2")(device, told);
  auto* const dots = chained<VkPhysicalDeviceShaderIntegerDotProductProperties>(
      told->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES);
  if (!dots) return;
  dots->integerDotProduct4x8BitPackedSignedAccelerated = dotsAreFast;
  dots->integerDotProduct4x8BitPackedUnsignedAccelerated = dotsAreFast;
}

constexpr std::string_view kKhrMatrices = "VK_KHR_cooperative_matrix";
std::vector<VkCooperativeMatrixPropertiesNV> matrixShapes;
std::vector<MatrixPropertiesKhr> khrShapes;
std::vector<std::string> enabled;
VKAPI_ATTR VkResult VKAPI_CALL extensions(VkPhysicalDevice device, const char* layer, uint32_t* count,
                                          VkExtensionProperties* told) {
  const auto real = Overlay::below<PFN_vkEnumerateDeviceExtensionProperties>("vkEnumerateDeviceExtensionProperties");
  uint32_t there = 0;
  real(device, layer, &there, nullptr);
  std::vector<VkExtensionProperties> all(there);
  const VkResult code = real(device, layer, &there, all.data());
  for (const std::string_view name :
       {VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME,
        VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME, kKhrMatrices.data()}) {
    if (name == kKhrMatrices && khrShapes.empty()) continue;
    VkExtensionProperties one{};
    name.copy(one.extensionName, sizeof one.extensionName - 1);
    all.push_back(one);
  }
  if (told) std::copy_n(all.begin(), std::min<size_t>(*count, all.size()), told);
  *count = uint32_t(all.size());
  return code;
}
VKAPI_ATTR void VKAPI_CALL matrixFeatures(VkPhysicalDevice device, VkPhysicalDeviceFeatures2* told) {
  Overlay::below<PFN_vkGetPhysicalDeviceFeatures2>("vkGetPhysicalDeviceFeatures2")(device, told);
  auto* const matrices = chained<VkPhysicalDeviceCooperativeMatrixFeaturesNV>(
      told->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV);
  if (matrices) matrices->cooperativeMatrix = VK_TRUE;
  auto* const khr = chained<MatrixFeaturesKhr>(told->pNext, kMatrixFeaturesKhr);
  if (khr) khr->cooperativeMatrix = VK_TRUE;
  auto* const memory = chained<VkPhysicalDeviceVulkanMemoryModelFeatures>(
      told->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
  if (memory) memory->vulkanMemoryModel = VK_TRUE;
  auto* const halves = chained<VkPhysicalDeviceShaderFloat16Int8Features>(
      told->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
  if (halves) halves->shaderFloat16 = VK_TRUE;
}
VKAPI_ATTR VkResult VKAPI_CALL shapes(VkPhysicalDevice, uint32_t* count, VkCooperativeMatrixPropertiesNV* told) {
  if (told) std::copy_n(matrixShapes.begin(), std::min<size_t>(*count, matrixShapes.size()), told);
  *count = uint32_t(matrixShapes.size());
  return VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL shapesOfKhr(VkPhysicalDevice, uint32_t* count, MatrixPropertiesKhr* told) {
  if (told) std::copy_n(khrShapes.begin(), std::min<size_t>(*count, khrShapes.size()), told);
  *count = uint32_t(khrShapes.size());
  return VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL withoutMatrices(VkPhysicalDevice device, const VkDeviceCreateInfo* wanted,
                                               const VkAllocationCallbacks* callbacks, VkDevice* made) {
  enabled.assign(wanted->ppEnabledExtensionNames, wanted->ppEnabledExtensionNames + wanted->enabledExtensionCount);
  std::vector<const char*> known;
  for (const std::string& name : enabled) {
    if (name != VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME && name != kKhrMatrices) known.push_back(name.c_str());
  }
  // The chain is the caller's own: it lives as long as the call, and can be changed for as long.
  auto* const matrices = chained<VkPhysicalDeviceCooperativeMatrixFeaturesNV>(
      const_cast<void*>(wanted->pNext), VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV);
  if (matrices) matrices->cooperativeMatrix = VK_FALSE;
  VkDeviceCreateInfo info = *wanted;
  info.ppEnabledExtensionNames = known.data();
  info.enabledExtensionCount = uint32_t(known.size());
  const VkResult code = Overlay::below<PFN_vkCreateDevice>("vkCreateDevice")(device, &info, callbacks, made);
  if (matrices) matrices->cooperativeMatrix = VK_TRUE;
  return code;
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

void withFastDots(Overlay& overlay, bool fast) {
  dotsAreFast = fast ? VK_TRUE : VK_FALSE;
  overlay.put("vkGetPhysicalDeviceProperties2", fastDots);
}

void withMatrices(Overlay& overlay, std::vector<VkCooperativeMatrixPropertiesNV> wanted) {
  matrixShapes = std::move(wanted);
  khrShapes.clear();
  enabled.clear();
  overlay.put("vkEnumerateDeviceExtensionProperties", extensions);
  overlay.put("vkGetPhysicalDeviceFeatures2", matrixFeatures);
  overlay.put("vkGetPhysicalDeviceCooperativeMatrixPropertiesNV", shapes);
  overlay.put("vkCreateDevice", withoutMatrices);
}
void withKhrMatrices(Overlay& overlay, std::vector<MatrixPropertiesKhr> wanted) {
  khrShapes = std::move(wanted);
  overlay.put("vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR", shapesOfKhr);
}
std::vector<std::string>& enabledExtensions() { return enabled; }

void passFor(Overlay& overlay, VkPhysicalDeviceType type) {
  wantedType = type;
  overlay.put("vkGetPhysicalDeviceProperties2", properties);
  if (!isDiscrete()) return;
  overlay.put("vkGetPhysicalDeviceMemoryProperties", memoryKinds);
  overlay.put("vkGetBufferMemoryRequirements", requirements);
  overlay.put("vkAllocateMemory", allocate);
}

}  // namespace trireme::vulkan::script
