#include "tests/support/vulkan_script.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <thread>
#include <tuple>

namespace trireme::vulkan::script {
namespace {

Script* current = nullptr;

// Which kind of object a function makes or destroys; empty: none.
struct Life {
  std::string_view made, given;
};
constexpr Life lifeOf(std::string_view name) {
  constexpr std::string_view kCreate = "vkCreate", kDestroy = "vkDestroy";
  if (name == "vkCreateComputePipelines") return {"Pipeline", ""};
  if (name == "vkAllocateMemory") return {"Memory", ""};
  if (name == "vkFreeMemory") return {"", "Memory"};
  if (name.starts_with(kCreate)) return {name.substr(kCreate.size()), ""};
  if (name.starts_with(kDestroy)) return {"", name.substr(kDestroy.size())};
  return {};
}
// What lives no longer than its pool is not counted.
constexpr bool gives(Function function, std::string_view name) {
  return !lifeOf(name).made.empty() || function == Function::vkAllocateCommandBuffers ||
         function == Function::vkAllocateDescriptorSets || function == Function::vkMapMemory;
}
// These say what became of each, also when they fail.
constexpr bool clears(Function function) {
  return function == Function::vkCreateComputePipelines || function == Function::vkAllocateCommandBuffers ||
         function == Function::vkAllocateDescriptorSets;
}

constexpr std::array<std::string_view, kFunctions> kNames = {
#define TRIREME_VULKAN_TEXT(name) #name,
    TRIREME_VULKAN_SCRIPTED(TRIREME_VULKAN_TEXT)
#undef TRIREME_VULKAN_TEXT
};

// What an object is used for, from the calls that say so.
template <Function>
struct Call {};
template <Function Which, class... A>
void seen(Uses&, Call<Which>, A...) {}
template <class A, class B>
void link(Uses& uses, A user, B used) {
  uses.linked(Uses::idOf(user), Uses::idOf(used));
}

void seen(Uses& uses, Call<Function::vkBindBufferMemory>, VkDevice, VkBuffer buffer, VkDeviceMemory memory,
          VkDeviceSize) {
  link(uses, buffer, memory);
}
void seen(Uses& uses, Call<Function::vkAllocateCommandBuffers>, VkDevice, const VkCommandBufferAllocateInfo* info,
          VkCommandBuffer* buffers) {
  for (uint32_t i = 0; i < info->commandBufferCount; ++i)
    uses.pooled(Uses::idOf(buffers[i]), Uses::idOf(info->commandPool));
}
void seen(Uses& uses, Call<Function::vkAllocateDescriptorSets>, VkDevice, const VkDescriptorSetAllocateInfo* info,
          VkDescriptorSet* sets) {
  for (uint32_t i = 0; i < info->descriptorSetCount; ++i)
    uses.pooled(Uses::idOf(sets[i]), Uses::idOf(info->descriptorPool));
}
void seen(Uses& uses, Call<Function::vkUpdateDescriptorSets>, VkDevice, uint32_t count,
          const VkWriteDescriptorSet* writes, uint32_t, const VkCopyDescriptorSet*) {
  for (const VkWriteDescriptorSet& one : std::span(writes, count)) {
    for (uint32_t i = 0; i < one.descriptorCount; ++i) {
      if (one.pBufferInfo) link(uses, one.dstSet, one.pBufferInfo[i].buffer);
      if (one.pTexelBufferView) link(uses, one.dstSet, one.pTexelBufferView[i]);
    }
  }
}
void seen(Uses& uses, Call<Function::vkBeginCommandBuffer>, VkCommandBuffer commands, const VkCommandBufferBeginInfo*) {
  uses.begun(Uses::idOf(commands));
}
void seen(Uses& uses, Call<Function::vkCmdBindPipeline>, VkCommandBuffer commands, VkPipelineBindPoint,
          VkPipeline pipeline) {
  link(uses, commands, pipeline);
}
void seen(Uses& uses, Call<Function::vkCmdBindDescriptorSets>, VkCommandBuffer commands, VkPipelineBindPoint,
          VkPipelineLayout, uint32_t, uint32_t count, const VkDescriptorSet* sets, uint32_t, const uint32_t*) {
  for (uint32_t i = 0; i < count; ++i) link(uses, commands, sets[i]);
}
void seen(Uses& uses, Call<Function::vkCmdCopyBuffer>, VkCommandBuffer commands, VkBuffer from, VkBuffer to, uint32_t,
          const VkBufferCopy*) {
  link(uses, commands, from);
  link(uses, commands, to);
}
void seen(Uses& uses, Call<Function::vkCmdWriteTimestamp>, VkCommandBuffer commands, VkPipelineStageFlagBits,
          VkQueryPool pool, uint32_t) {
  link(uses, commands, pool);
}
void seen(Uses& uses, Call<Function::vkQueueSubmit>, VkQueue, uint32_t count, const VkSubmitInfo* infos,
          VkFence fence) {
  for (const VkSubmitInfo& one : std::span(infos, count)) {
    for (uint32_t i = 0; i < one.commandBufferCount; ++i) {
      uses.submitted(Uses::idOf(one.pCommandBuffers[i]), Uses::idOf(fence));
    }
  }
}
void seen(Uses& uses, Call<Function::vkGetFenceStatus>, VkDevice, VkFence fence) { uses.done(Uses::idOf(fence)); }
void seen(Uses& uses, Call<Function::vkWaitForFences>, VkDevice, uint32_t count, const VkFence* fences, VkBool32,
          uint64_t) {
  for (uint32_t i = 0; i < count; ++i) uses.done(Uses::idOf(fences[i]));
}

// The result of a call that gives something stands last, in an array of a single one or of several.
template <class T>
void store(T** where, bool garbage) {
  *where = garbage ? reinterpret_cast<T*>(uintptr_t{0xdddddddddddddddd}) : nullptr;
}
template <class T>
void store(T, bool) {}

template <class... A>
auto lastOf(A... arguments) {
  return std::get<sizeof...(A) - 1>(std::tuple(arguments...));
}

void note(Life life, VkDevice device, uint64_t object) {
  current->created(life.made);
  if (device) current->uses().created(device, object);
}
// Devices and instances are counted alone; all else belongs to a device.
template <class T>
void noteMade(Life life, VkDevice device, T* objects, uint32_t count) {
  if constexpr (std::is_pointer_v<T> || std::is_integral_v<T>) {
    for (uint32_t i = 0; i < count; ++i) note(life, device, Uses::idOf(objects[i]));
  }
}
template <class T>
void noteMade(Life, VkDevice, T, uint32_t) {}

VkDevice deviceOf(VkDevice device) { return device; }
template <class T>
VkDevice deviceOf(T) {
  return nullptr;
}

// Of a device that hangs: its fences are not signalled, and a wait for one takes its time.
template <Function Which>
std::optional<VkResult> whileHanging(uint64_t timeout) {
  if (!current->hanging()) return std::nullopt;
  if (Which == Function::vkGetFenceStatus) return VK_NOT_READY;
  if (Which != Function::vkWaitForFences) return std::nullopt;
  std::this_thread::sleep_for(std::chrono::nanoseconds(std::min<uint64_t>(timeout, 1000000)));
  return VK_TIMEOUT;
}

template <Function Which, class Signature>
struct Before;
template <Function Which, class R, class... A>
struct Before<Which, R(VKAPI_PTR*)(A...)> {
  using Real = R(VKAPI_PTR*)(A...);
  static constexpr Life kLife = lifeOf(kNames[size_t(Which)]);
  static constexpr bool kGives = gives(Which, kNames[size_t(Which)]);

  static VKAPI_ATTR R VKAPI_CALL call(A... arguments) {
    const auto real = reinterpret_cast<Real>(current->driver(Which));
    const auto entrance = current->enter(Which);
    if constexpr (std::is_void_v<R>) {
      if constexpr (!kLife.given.empty()) destroying(arguments...);
      real(arguments...);
      seen(current->uses(), Call<Which>(), arguments...);
    } else {
      return entrance.fails ? failing(VkResult(entrance.code), arguments...) : passing(real, arguments...);
    }
  }

 private:
  template <class First, class... Rest>
  static void destroying(First first, Rest... rest) {
    current->released(kLife.given);
    if constexpr (sizeof...(Rest) == 2) {
      current->uses().destroyed(kLife.given, Uses::idOf(std::get<0>(std::tuple(rest...))));
    } else if constexpr (std::is_same_v<First, VkDevice>) {
      current->uses().deviceGone(first);
    }
  }
  static VkResult failing(VkResult code, A... arguments) {
    if constexpr (kGives) store(lastOf(arguments...), code != VK_SUCCESS && !clears(Which));
    return code;
  }
  static VkResult passing(Real real, A... arguments) {
    const auto last = lastOf(arguments...);
    if constexpr (std::is_same_v<std::remove_const_t<decltype(last)>, uint64_t>) {
      if (const auto hangs = whileHanging<Which>(last)) return *hangs;
    } else if (const auto hangs = whileHanging<Which>(0)) {
      return *hangs;
    }
    const VkResult code = real(arguments...);
    if (code != VK_SUCCESS) return code;
    if constexpr (!kLife.made.empty()) noteMade(kLife, deviceOf(std::get<0>(std::tuple(arguments...))), last, 1);
    seen(current->uses(), Call<Which>(), arguments...);
    return code;
  }
};

struct Scripted {
  PFN_vkVoidFunction function;
  bool canFail;
};
template <class R, class... A>
constexpr bool canFail(R(VKAPI_PTR*)(A...)) {
  return !std::is_void_v<R>;
}
Scripted scriptedOf(Function function) {
  static const Scripted kAll[] = {
#define TRIREME_VULKAN_BEFORE(name) \
  {reinterpret_cast<PFN_vkVoidFunction>(&Before<Function::name, PFN_##name>::call), canFail(PFN_##name())},
      TRIREME_VULKAN_SCRIPTED(TRIREME_VULKAN_BEFORE)
#undef TRIREME_VULKAN_BEFORE
  };
  return kAll[size_t(function)];
}

std::vector<int> knownCodes(Function function) {
  constexpr int kHost = VK_ERROR_OUT_OF_HOST_MEMORY, kDevice = VK_ERROR_OUT_OF_DEVICE_MEMORY;
  switch (function) {
    case Function::vkCreateInstance:
      return {VK_ERROR_INCOMPATIBLE_DRIVER,  kHost, kDevice, VK_ERROR_INITIALIZATION_FAILED, VK_ERROR_LAYER_NOT_PRESENT,
              VK_ERROR_EXTENSION_NOT_PRESENT};
    case Function::vkEnumeratePhysicalDevices:
      return {VK_ERROR_INITIALIZATION_FAILED, kHost, kDevice};
    case Function::vkCreateDevice:
      return {VK_ERROR_INITIALIZATION_FAILED,
              kHost,
              kDevice,
              VK_ERROR_EXTENSION_NOT_PRESENT,
              VK_ERROR_FEATURE_NOT_PRESENT,
              VK_ERROR_TOO_MANY_OBJECTS,
              VK_ERROR_DEVICE_LOST};
    case Function::vkAllocateMemory:
      return {kDevice, kHost, VK_ERROR_TOO_MANY_OBJECTS, VK_ERROR_INVALID_EXTERNAL_HANDLE};
    case Function::vkMapMemory:
      return {VK_ERROR_MEMORY_MAP_FAILED, kHost, kDevice};
    case Function::vkCreateShaderModule:
    case Function::vkCreateComputePipelines:
      return {kHost, kDevice, VK_ERROR_INVALID_SHADER_NV};
    case Function::vkCreateDescriptorPool:
      return {kDevice, kHost, VK_ERROR_FRAGMENTATION_EXT};
    case Function::vkAllocateDescriptorSets:
      return {VK_ERROR_OUT_OF_POOL_MEMORY, kHost, kDevice, VK_ERROR_FRAGMENTED_POOL};
    case Function::vkGetMemoryHostPointerPropertiesEXT:
      return {VK_ERROR_INVALID_EXTERNAL_HANDLE, kHost};
    case Function::vkGetPipelineCacheData:
      return {VK_INCOMPLETE, kHost, kDevice};
    case Function::vkQueueSubmit:
    case Function::vkGetFenceStatus:
    case Function::vkWaitForFences:
      return {VK_ERROR_DEVICE_LOST, kHost, kDevice};
    case Function::vkGetQueryPoolResults:
      return {VK_ERROR_DEVICE_LOST, kHost, kDevice, VK_NOT_READY};
    default:
      return {kDevice, kHost};
  }
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL askScript(VkInstance instance, const char* name) {
  return current->ask(instance, name);
}

}  // namespace

std::string_view functionName(Function function) { return kNames[size_t(function)]; }

std::vector<int> plausibleCodes(Function function) {
  constexpr int kUnknown = -9876;
  if (!scriptedOf(function).canFail) return {};
  std::vector<int> codes = knownCodes(function);
  codes.push_back(kUnknown);
  if (gives(function, functionName(function))) codes.push_back(VK_SUCCESS);
  return codes;
}

Script::Script(Loader under)
    : ScriptOf({kFunctions, [](size_t function) { return functionName(Function(function)); },
                [](size_t function) { return plausibleCodes(Function(function)); },
                [](int code) { return std::string(resultName(VkResult(code))); }}),
      below_(under),
      driver_(kFunctions) {
  current = this;
}

Script::~Script() { current = nullptr; }

Loader Script::loader() const { return askScript; }

std::string Script::unbalanced() const { return ScriptOf::unbalanced() + uses_.misuse(); }

PFN_vkVoidFunction Script::ask(VkInstance instance, const char* name) {
  const PFN_vkVoidFunction real = below_(instance, name);
  const auto found = std::ranges::find(kNames, std::string_view(name));
  if (!real || found == kNames.end()) return real;
  const size_t number = size_t(found - kNames.begin());
  driver_[number] = real;
  return scriptedOf(Function(number)).function;
}

}  // namespace trireme::vulkan::script
