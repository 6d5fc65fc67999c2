#pragma once

#include <optional>
#include <string>
#include <vector>

#include "delegates/gpu/gpu_device.h"
#include "delegates/vulkan/api.h"

// What a device has for products beyond plain arithmetic, as far as this build has programs for it.
namespace trireme::vulkan {

struct Products {
  // Four products of bytes as one instruction (VK_KHR_shader_integer_dot_product), which the driver calls accelerated.
  bool dots = false;
  // Matrices of subgroups (VK_KHR_cooperative_matrix, else VK_NV_cooperative_matrix): halves, summed in floats.
  std::optional<gpu::MatrixUnit> matrices;
};
Products productsOf(const Api& api, VkPhysicalDevice device, const std::vector<std::string>& extensions);

// Extensions and features that a logical device is asked for, so that it has them. Lives until it is made.
class ProductFeatures {
 public:
  explicit ProductFeatures(const Products& products);
  ProductFeatures(const ProductFeatures&) = delete;
  ProductFeatures& operator=(const ProductFeatures&) = delete;
  const std::vector<const char*>& extensions() const { return extensions_; }
  void chainBefore(VkPhysicalDeviceFeatures2& features);

 private:
  std::vector<const char*> extensions_;
  VkPhysicalDeviceShaderIntegerDotProductFeatures dots_{};
  VkPhysicalDeviceShaderFloat16Int8Features halves_{};
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_{};
  VkPhysicalDeviceCooperativeMatrixFeaturesNV nv_{};
  MatrixFeaturesKhr khr_{};
  std::vector<VkBaseOutStructure*> chain_;
};

}  // namespace trireme::vulkan
