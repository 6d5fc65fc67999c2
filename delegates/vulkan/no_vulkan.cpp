#include "trireme/delegates.h"

// In the place of the Vulkan delegate in a build without it.
namespace trireme {

DelegateResult createVulkanDelegate(const GpuOptions&) {
  return Status::error(Code::Unsupported, "this build has no Vulkan delegate (TRIREME_VULKAN is off)");
}

std::vector<DelegateListing> listVulkanDevices() { return {{"vulkan", "", "", createVulkanDelegate({}).status()}}; }

}  // namespace trireme
