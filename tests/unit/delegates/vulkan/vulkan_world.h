#pragma once

#include "delegates/vulkan/devices.h"
#include "delegates/vulkan/vulkan_delegate.h"
#include "tests/support/vulkan_script.h"

namespace trireme::vulkan {

// Vulkan, as the tests of faults want it.
class VulkanWorld {
 public:
  using Script = script::Script;
  using Function = script::Function;
  static constexpr std::string_view kName = "vulkan";
  static constexpr size_t kFunctions = script::kFunctions;
  static constexpr Function kOpen = Function::vkCreateDevice, kSubmit = Function::vkQueueSubmit;
  static constexpr Function kNextSubmit = Function::vkQueueSubmit;
  static constexpr int kLost = VK_ERROR_DEVICE_LOST, kNotOpened = VK_ERROR_INITIALIZATION_FAILED;
  static constexpr uint64_t kLeastSubmissions = 3;  // of opening, compiling and running
  static std::vector<int> codes(Function function) { return script::plausibleCodes(function); }

  std::string open() {
    const auto loader = systemLoader();
    if (!loader.ok()) return std::string(loader.status().message());
    loader_ = loader.value();
    const auto instance = Instance::create(loader_);
    if (!instance.ok()) return std::string(instance.status().message());
    auto record = chooseDevice(listDevices(*instance.value()), "");
    if (record.ok()) identity_ = identityOf(record.value());
    return std::string(record.status().message());
  }
  const gpu::DriverIdentity& identity() const { return identity_; }
  Loader driver() const { return loader_; }
  Loader discrete() const {
    overlay_.emplace(loader_);
    script::passFor(*overlay_, VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
    return overlay_->loader();
  }
  static DelegateResult make(const Script& script, const GpuOptions& options, bool measures,
                             std::optional<std::chrono::nanoseconds> patience) {
    return makeDelegate(script.loader(), options, measures, patience);
  }

 private:
  Loader loader_ = nullptr;
  gpu::DriverIdentity identity_;
  mutable std::optional<script::Overlay> overlay_;
};

}  // namespace trireme::vulkan
