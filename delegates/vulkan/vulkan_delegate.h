#pragma once

#include <optional>

#include "delegates/gpu/gpu_device.h"
#include "delegates/vulkan/api.h"
#include "trireme/delegates.h"

namespace trireme::vulkan {

// createVulkanDelegate() over any loader. `measures` false: prices are guesses by the kind of device, and no call is
// spent on them. `patience`: in place of the usual times after which work counts as hung. `matrixUnit`: as in
// DeviceOptions.
DelegateResult makeDelegate(Loader loader, const GpuOptions& options, bool measures = true,
                            std::optional<std::chrono::nanoseconds> patience = {},
                            std::optional<gpu::MatrixUnit> matrixUnit = {});
std::vector<DelegateListing> listDelegates(Loader loader);  // listVulkanDevices()

}  // namespace trireme::vulkan
