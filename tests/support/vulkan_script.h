#pragma once

#include "delegates/vulkan/api.h"
#include "tests/support/call_script.h"
#include "tests/support/vulkan_uses.h"

// A script before the functions of a Vulkan driver, as a loader gives them by name.
namespace trireme::vulkan::script {

// All that we call, and two that come before there is an instance. Others of a loader go by as they are.
#define TRIREME_VULKAN_SCRIPTED(F) \
  F(vkEnumerateInstanceVersion)    \
  F(vkCreateInstance)              \
  F(vkGetMemoryHostPointerPropertiesEXT) TRIREME_VULKAN_FUNCTIONS(F)
enum class Function : uint16_t {
#define TRIREME_VULKAN_NAME(name) name,
  TRIREME_VULKAN_SCRIPTED(TRIREME_VULKAN_NAME)
#undef TRIREME_VULKAN_NAME
};
inline constexpr size_t kFunctions = 0
#define TRIREME_VULKAN_ONE(name) +1
    TRIREME_VULKAN_SCRIPTED(TRIREME_VULKAN_ONE)
#undef TRIREME_VULKAN_ONE
    ;
std::string_view functionName(Function function);
// Codes that the function may fail with, the most plausible first; then one that Vulkan does not know, and for
// functions that give an object or an address VK_SUCCESS: nothing, and no reason. None where it cannot fail.
std::vector<int> plausibleCodes(Function function);

// A driver of which some functions are others. One at a time: a loader has no state of its own.
class Overlay {
 public:
  explicit Overlay(Loader under);
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  Loader loader() const;
  // `function`: of the name's type, or null: there is no such function.
  template <class F>
  void put(std::string name, F function) {
    above_[std::move(name)] = reinterpret_cast<PFN_vkVoidFunction>(function);
  }
  void remove(std::string name) { above_[std::move(name)] = nullptr; }
  // The driver's own, once the loader was asked for it.
  template <class F>
  static F below(const std::string& name) {
    return reinterpret_cast<F>(find(name));
  }
  PFN_vkVoidFunction ask(VkInstance instance, const std::string& name);

 private:
  static PFN_vkVoidFunction find(const std::string& name);
  const Loader loader_;
  std::map<std::string, PFN_vkVoidFunction> above_, below_;
};
// Devices say that they are of that kind. A discrete one has memory of its own, which the host does not see, and groups
// of so few items that small products too go by tiles.
void passFor(Overlay& overlay, VkPhysicalDeviceType type);
// Devices that have integer dot products say that those of packed bytes are fast; with false, that none is.
void withFastDots(Overlay& overlay, bool fast = true);
// Devices say that they have NV's cooperative matrices, of such shapes; the driver is not told what it was asked for.
void withMatrices(Overlay& overlay, std::vector<VkCooperativeMatrixPropertiesNV> shapes);
// And KHR's besides.
void withKhrMatrices(Overlay& overlay, std::vector<MatrixPropertiesKhr> shapes);
std::vector<std::string>& enabledExtensions();  // of the last device that was made so

// What shall happen from here on. One at a time. A call that fails leaves garbage where its result goes.
class Script final : public support::ScriptOf<Function> {
 public:
  explicit Script(Loader under);
  ~Script();
  Loader loader() const;
  // The line a kind, and what was destroyed too early, twice or too late.
  std::string unbalanced() const;

  // For the functions of the loader.
  PFN_vkVoidFunction ask(VkInstance instance, const char* name);
  PFN_vkVoidFunction driver(Function function) const { return driver_[size_t(function)]; }
  Uses& uses() { return uses_; }

 private:
  const Loader below_;
  std::vector<std::atomic<PFN_vkVoidFunction>> driver_;
  Uses uses_;
};

}  // namespace trireme::vulkan::script
