#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/gpu/source_vulkan.h"

// The modules of source_vulkan.h as the build compiled them.
namespace trireme::gpu {

struct SpirvModule {
  VulkanModule module;
  std::span<const uint32_t> words;
};
// In the order of vulkanModules(), less those whose feature the build's compiler does not know.
std::span<const SpirvModule> spirvModules();
inline bool hasSpirvOf(Feature feature) {
  return std::ranges::any_of(spirvModules(), [&](const SpirvModule& one) {
    return featureOf(one.module.program, one.module.variant) == feature;
  });
}

}  // namespace trireme::gpu
