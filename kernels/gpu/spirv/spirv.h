#pragma once

#include <cstdint>
#include <span>

#include "kernels/gpu/source_vulkan.h"

// The modules of source_vulkan.h as the build compiled them.
namespace trireme::gpu {

struct SpirvModule {
  VulkanModule module;
  std::span<const uint32_t> words;
};
// In the order of vulkanModules().
std::span<const SpirvModule> spirvModules();

}  // namespace trireme::gpu
