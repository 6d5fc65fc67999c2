#pragma once

#include "delegates/vulkan/api.h"
#include "trireme/delegates.h"

namespace trireme::vulkan {

// createVulkanDelegate() over any loader. `measures` false: prices are guesses by the kind of device, and no call is
// spent on them. `patience`: in place of the usual times after which work counts as hung.
DelegateResult makeDelegate(Loader loader, const GpuOptions& options, bool measures = true,
                            std::optional<std::chrono::nanoseconds> patience = {});
std::vector<DelegateListing> listDelegates(Loader loader);  // listVulkanDevices()

}  // namespace trireme::vulkan
