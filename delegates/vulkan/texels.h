#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "delegates/vulkan/api.h"

namespace trireme::vulkan {

// How four elements of a storage type are read as one texel: prelude_vulkan.glsl.
struct TexelFormat {
  std::string_view storage;
  VkFormat format = VK_FORMAT_UNDEFINED;
  size_t bytes = 0;
};
constexpr std::array kTexelFormats = {
    TexelFormat{"f32", VK_FORMAT_R32G32B32A32_SFLOAT, 16}, TexelFormat{"i32", VK_FORMAT_R32G32B32A32_SINT, 16},
    TexelFormat{"f16", VK_FORMAT_R16G16B16A16_SFLOAT, 8},  TexelFormat{"i16", VK_FORMAT_R16G16B16A16_SINT, 8},
    TexelFormat{"i8", VK_FORMAT_R8G8B8A8_SINT, 4},         TexelFormat{"u8", VK_FORMAT_R8G8B8A8_UINT, 4}};

}  // namespace trireme::vulkan
