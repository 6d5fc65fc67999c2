#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <memory>
#include <string_view>

#include "trireme/status.h"

// The door to the driver: Vulkan 1.1, opened when it is first asked for, never linked.
namespace trireme::vulkan {

// Every function that we call and a driver must have.
#define TRIREME_VULKAN_FUNCTIONS(F)           \
  F(vkDestroyInstance)                        \
  F(vkEnumeratePhysicalDevices)               \
  F(vkGetPhysicalDeviceProperties2)           \
  F(vkGetPhysicalDeviceFeatures2)             \
  F(vkGetPhysicalDeviceFormatProperties)      \
  F(vkGetPhysicalDeviceMemoryProperties)      \
  F(vkGetPhysicalDeviceQueueFamilyProperties) \
  F(vkEnumerateDeviceExtensionProperties)     \
  F(vkCreateDevice)                           \
  F(vkDestroyDevice)                          \
  F(vkGetDeviceQueue)                         \
  F(vkCreateBuffer)                           \
  F(vkDestroyBuffer)                          \
  F(vkGetBufferMemoryRequirements)            \
  F(vkAllocateMemory)                         \
  F(vkFreeMemory)                             \
  F(vkBindBufferMemory)                       \
  F(vkCreateBufferView)                       \
  F(vkDestroyBufferView)                      \
  F(vkMapMemory)                              \
  F(vkCreateShaderModule)                     \
  F(vkDestroyShaderModule)                    \
  F(vkCreateDescriptorSetLayout)              \
  F(vkDestroyDescriptorSetLayout)             \
  F(vkCreatePipelineLayout)                   \
  F(vkDestroyPipelineLayout)                  \
  F(vkCreatePipelineCache)                    \
  F(vkDestroyPipelineCache)                   \
  F(vkGetPipelineCacheData)                   \
  F(vkCreateComputePipelines)                 \
  F(vkDestroyPipeline)                        \
  F(vkCreateDescriptorPool)                   \
  F(vkDestroyDescriptorPool)                  \
  F(vkAllocateDescriptorSets)                 \
  F(vkUpdateDescriptorSets)                   \
  F(vkCreateCommandPool)                      \
  F(vkDestroyCommandPool)                     \
  F(vkAllocateCommandBuffers)                 \
  F(vkBeginCommandBuffer)                     \
  F(vkEndCommandBuffer)                       \
  F(vkCmdBindPipeline)                        \
  F(vkCmdBindDescriptorSets)                  \
  F(vkCmdPushConstants)                       \
  F(vkCmdDispatch)                            \
  F(vkCmdPipelineBarrier)                     \
  F(vkCmdCopyBuffer)                          \
  F(vkCreateFence)                            \
  F(vkDestroyFence)                           \
  F(vkResetFences)                            \
  F(vkGetFenceStatus)                         \
  F(vkWaitForFences)                          \
  F(vkQueueSubmit)                            \
  F(vkCreateQueryPool)                        \
  F(vkDestroyQueryPool)                       \
  F(vkCmdResetQueryPool)                      \
  F(vkCmdWriteTimestamp)                      \
  F(vkGetQueryPoolResults)

// Of VK_KHR_cooperative_matrix, which is younger than the headers that we build with: numbers, and the layout of what
// its function tells, by the registry.
constexpr auto kMatrixFeaturesKhr = VkStructureType(1000506000);
constexpr auto kMatrixPropertiesKhr = VkStructureType(1000506001);
constexpr int32_t kFloat16Khr = 0, kFloat32Khr = 1, kSubgroupKhr = 3;
struct MatrixFeaturesKhr {
  VkStructureType sType;
  void* pNext;
  VkBool32 cooperativeMatrix;
  VkBool32 cooperativeMatrixRobustBufferAccess;
};
struct MatrixPropertiesKhr {
  VkStructureType sType;
  void* pNext;
  uint32_t m, n, k;
  int32_t aType, bType, cType, resultType;
  VkBool32 saturates;
  int32_t scope;
};
using MatrixPropertiesOfKhr = VkResult(VKAPI_PTR*)(VkPhysicalDevice device, uint32_t* count,
                                                   MatrixPropertiesKhr* properties);

// The functions of one instance.
struct Api {
#define TRIREME_VULKAN_FIELD(name) PFN_##name name = nullptr;
  TRIREME_VULKAN_FUNCTIONS(TRIREME_VULKAN_FIELD)
#undef TRIREME_VULKAN_FIELD
  PFN_vkGetMemoryHostPointerPropertiesEXT vkGetMemoryHostPointerPropertiesEXT = nullptr;  // null: not known
  // Called only for devices with these extensions.
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesNV vkGetPhysicalDeviceCooperativeMatrixPropertiesNV = nullptr;
  MatrixPropertiesOfKhr vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR = nullptr;
};

// What all functions come from, by name: the driver's own, or a test's, which puts its functions before those of the
// driver.
using Loader = PFN_vkGetInstanceProcAddr;
// The system's loader (libvulkan.so.1), opened once a process. Unsupported where there is none.
Result<Loader> systemLoader();

// An instance of Vulkan 1.1 with its functions. Whatever comes of it holds it.
class Instance {
 public:
  // Unsupported where the loader is too old, or has no driver at all.
  static Result<std::shared_ptr<const Instance>> create(Loader loader);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  const Api& api() const { return api_; }
  VkInstance get() const { return instance_; }

 private:
  Instance() = default;
  Status load(Loader loader);

  Api api_;
  VkInstance instance_ = nullptr;
};

std::string_view resultName(VkResult code);  // "VK_ERROR_DEVICE_LOST"; "an unknown result" for what 1.1 does not name
// What a failed call says: "vkQueueSubmit failed: VK_ERROR_DEVICE_LOST (-4)". Its code: OutOfMemory for want of memory
// or of addresses, else DeviceLost.
Status failure(std::string_view call, VkResult code);

// A device's functions and the device itself, as they go from hand to hand.
struct Driver {
  const Api* api = nullptr;
  VkDevice device = nullptr;
};

// Owns one object of a device, which outlives it.
template <class T, auto Destroy>
class Handle {
 public:
  Handle() = default;
  Handle(Driver driver, T raw) : driver_(driver), raw_(raw) {}
  Handle(Handle&& other) noexcept : driver_(other.driver_), raw_(other.leak()) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      driver_ = other.driver_;
      raw_ = other.leak();
    }
    return *this;
  }
  ~Handle() { reset(); }
  T get() const { return raw_; }
  explicit operator bool() const { return raw_ != VK_NULL_HANDLE; }
  void reset() noexcept {
    if (raw_ != VK_NULL_HANDLE) (driver_.api->*Destroy)(driver_.device, raw_, nullptr);
    raw_ = VK_NULL_HANDLE;
  }
  // Gives up what it owns, for good or for somebody else.
  T leak() noexcept {
    T raw = raw_;
    raw_ = VK_NULL_HANDLE;
    return raw;
  }

 private:
  Driver driver_;
  T raw_ = VK_NULL_HANDLE;
};
using BufferHandle = Handle<VkBuffer, &Api::vkDestroyBuffer>;
using TexelView = Handle<VkBufferView, &Api::vkDestroyBufferView>;
using MemoryHandle = Handle<VkDeviceMemory, &Api::vkFreeMemory>;
using ShaderModule = Handle<VkShaderModule, &Api::vkDestroyShaderModule>;
using SetLayout = Handle<VkDescriptorSetLayout, &Api::vkDestroyDescriptorSetLayout>;
using PipelineLayout = Handle<VkPipelineLayout, &Api::vkDestroyPipelineLayout>;
using PipelineCache = Handle<VkPipelineCache, &Api::vkDestroyPipelineCache>;
using Pipeline = Handle<VkPipeline, &Api::vkDestroyPipeline>;
using DescriptorPool = Handle<VkDescriptorPool, &Api::vkDestroyDescriptorPool>;
using CommandPool = Handle<VkCommandPool, &Api::vkDestroyCommandPool>;
using Fence = Handle<VkFence, &Api::vkDestroyFence>;
using QueryPool = Handle<VkQueryPool, &Api::vkDestroyQueryPool>;

// Makes an object: vkCreateX(device, info, nothing, &raw). A driver that says success and gives nothing has failed.
template <class H, class Info, class Create>
Result<H> make(Driver driver, std::string_view call, Create create, const Info& info) {
  decltype(H().get()) raw = VK_NULL_HANDLE;
  const VkResult code = (driver.api->*create)(driver.device, &info, nullptr, &raw);
  if (code != VK_SUCCESS || raw == VK_NULL_HANDLE) return failure(call, code);
  return H(driver, raw);
}

}  // namespace trireme::vulkan
