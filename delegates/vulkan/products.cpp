#include "delegates/vulkan/products.h"

#include <algorithm>
#include <span>

#include "kernels/gpu/spirv/spirv.h"

namespace trireme::vulkan {
namespace {

using gpu::Feature;
using gpu::MatrixUnit;

constexpr const char* kDots = VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME;
constexpr const char* kHalves = VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME;
constexpr const char* kMemory = VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME;
constexpr const char* kNv = VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME;
constexpr const char* kKhr = "VK_KHR_cooperative_matrix";
// Sides of tiles that the program knows.
constexpr uint32_t kSide = 16, kMostSide = 32, kMostCrew = 128;

template <class T>
T structure(VkStructureType type, void* next = nullptr) {
  T one{};
  one.sType = type;
  one.pNext = next;
  return one;
}

class Asked {
 public:
  Asked(const Api& api, VkPhysicalDevice device, const std::vector<std::string>& extensions)
      : api_(api), device_(device), extensions_(extensions) {}

  bool dots() const {
    if (!has(kDots) || !gpu::hasSpirvOf(Feature::DotProducts)) return false;
    auto feature = structure<VkPhysicalDeviceShaderIntegerDotProductFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES);
    askFeatures(&feature);
    auto told = structure<VkPhysicalDeviceShaderIntegerDotProductProperties>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES);
    askProperties(&told);
    return feature.shaderIntegerDotProduct == VK_TRUE &&
           told.integerDotProduct4x8BitPackedSignedAccelerated == VK_TRUE &&
           told.integerDotProduct4x8BitPackedUnsignedAccelerated == VK_TRUE;
  }

  std::optional<MatrixUnit> matrices() const {
    if (!hasModuleNeeds()) return std::nullopt;
    std::vector<MatrixUnit> units;
    if (has(kKhr) && api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR && gpu::hasSpirvOf(Feature::MatrixKhr)) {
      units = khrUnits();
    }
    if (units.empty() && has(kNv) && api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesNV &&
        gpu::hasSpirvOf(Feature::MatrixNv)) {
      units = nvUnits();
    }
    return best(units);
  }

 private:
  bool has(std::string_view name) const { return std::ranges::find(extensions_, name) != extensions_.end(); }
  void askFeatures(void* next) const {
    auto features = structure<VkPhysicalDeviceFeatures2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, next);
    api_.vkGetPhysicalDeviceFeatures2(device_, &features);
  }
  void askProperties(void* next) const {
    auto properties = structure<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, next);
    api_.vkGetPhysicalDeviceProperties2(device_, &properties);
  }
  // What modules of both spellings ask for besides.
  bool hasModuleNeeds() const {
    if (!has(kHalves) || !has(kMemory)) return false;
    auto halves = structure<VkPhysicalDeviceShaderFloat16Int8Features>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
    auto memory = structure<VkPhysicalDeviceVulkanMemoryModelFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES, &halves);
    askFeatures(&memory);
    return halves.shaderFloat16 == VK_TRUE && memory.vulkanMemoryModel == VK_TRUE;
  }
  template <class T>
  static std::vector<T> listed(VkStructureType type, VkResult (*list)(const Asked&, uint32_t*, T*),
                               const Asked& asked) {
    uint32_t count = 0;
    if (list(asked, &count, nullptr) != VK_SUCCESS || count == 0) return {};
    std::vector<T> all(count, structure<T>(type));
    const VkResult code = list(asked, &count, all.data());
    if (code != VK_SUCCESS && code != VK_INCOMPLETE) return {};
    all.resize(std::min<size_t>(count, all.size()));
    return all;
  }
  std::vector<MatrixUnit> khrUnits() const {
    auto feature = structure<MatrixFeaturesKhr>(kMatrixFeaturesKhr);
    askFeatures(&feature);
    if (feature.cooperativeMatrix != VK_TRUE) return {};
    const auto told = listed<MatrixPropertiesKhr>(
        kMatrixPropertiesKhr,
        [](const Asked& asked, uint32_t* count, MatrixPropertiesKhr* items) {
          return asked.api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR(asked.device_, count, items);
        },
        *this);
    std::vector<MatrixUnit> units;
    for (const MatrixPropertiesKhr& one : told) {
      const bool sums = one.cType == kFloat32Khr && one.resultType == kFloat32Khr;
      if (one.aType != kFloat16Khr || one.bType != kFloat16Khr || !sums || one.scope != kSubgroupKhr) continue;
      add(units, MatrixUnit::Spelling::Khr, one.m, one.n, one.k);
    }
    return units;
  }
  std::vector<MatrixUnit> nvUnits() const {
    auto feature = structure<VkPhysicalDeviceCooperativeMatrixFeaturesNV>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV);
    askFeatures(&feature);
    if (feature.cooperativeMatrix != VK_TRUE) return {};
    const auto told = listed<VkCooperativeMatrixPropertiesNV>(
        VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV,
        [](const Asked& asked, uint32_t* count, VkCooperativeMatrixPropertiesNV* items) {
          return asked.api_.vkGetPhysicalDeviceCooperativeMatrixPropertiesNV(asked.device_, count, items);
        },
        *this);
    std::vector<MatrixUnit> units;
    for (const VkCooperativeMatrixPropertiesNV& one : told) {
      const bool halves = one.AType == VK_COMPONENT_TYPE_FLOAT16_NV && one.BType == VK_COMPONENT_TYPE_FLOAT16_NV;
      const bool sums = one.CType == VK_COMPONENT_TYPE_FLOAT32_NV && one.DType == VK_COMPONENT_TYPE_FLOAT32_NV;
      if (!halves || !sums || one.scope != VK_SCOPE_SUBGROUP_NV) continue;
      add(units, MatrixUnit::Spelling::Nv, one.MSize, one.NSize, one.KSize);
    }
    return units;
  }
  // Rows of the program's local memory are read by 16 elements.
  static void add(std::vector<MatrixUnit>& units, MatrixUnit::Spelling spelling, uint32_t m, uint32_t n, uint32_t k) {
    const auto fits = [](uint32_t side) { return side == kSide || side == kMostSide; };
    if (m == 0 || m > kMostSide || !fits(n) || !fits(k)) return;
    MatrixUnit unit;
    unit.spelling = spelling;
    unit.m = int32_t(m);
    unit.n = int32_t(n);
    unit.k = int32_t(k);
    units.push_back(unit);
  }
  // The one with the most products.
  std::optional<MatrixUnit> best(const std::vector<MatrixUnit>& units) const {
    auto told = structure<VkPhysicalDeviceSubgroupProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES);
    askProperties(&told);
    if (units.empty() || told.subgroupSize == 0 || told.subgroupSize > kMostCrew) return std::nullopt;
    MatrixUnit unit = *std::ranges::max_element(units, {}, [](const MatrixUnit& one) { return one.m * one.n * one.k; });
    unit.crew = int32_t(told.subgroupSize);
    return unit;
  }

  const Api& api_;
  VkPhysicalDevice device_;
  const std::vector<std::string>& extensions_;
};

}  // namespace

Products productsOf(const Api& api, VkPhysicalDevice device, const std::vector<std::string>& extensions) {
  const Asked asked(api, device, extensions);
  return {asked.dots(), asked.matrices()};
}

ProductFeatures::ProductFeatures(const Products& products) {
  const auto add = [&](const char* extension, auto& feature, VkStructureType type) {
    extensions_.push_back(extension);
    feature.sType = type;
    chain_.push_back(reinterpret_cast<VkBaseOutStructure*>(&feature));
  };
  if (products.dots) {
    add(kDots, dots_, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES);
    dots_.shaderIntegerDotProduct = VK_TRUE;
  }
  if (!products.matrices) return;
  add(kHalves, halves_, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
  halves_.shaderFloat16 = VK_TRUE;
  add(kMemory, memory_, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
  memory_.vulkanMemoryModel = VK_TRUE;
  if (products.matrices->spelling == gpu::MatrixUnit::Spelling::Khr) {
    add(kKhr, khr_, kMatrixFeaturesKhr);
    khr_.cooperativeMatrix = VK_TRUE;
  } else {
    add(kNv, nv_, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV);
    nv_.cooperativeMatrix = VK_TRUE;
  }
}

void ProductFeatures::chainBefore(VkPhysicalDeviceFeatures2& features) {
  for (VkBaseOutStructure* one : chain_) {
    one->pNext = static_cast<VkBaseOutStructure*>(features.pNext);
    features.pNext = one;
  }
}

}  // namespace trireme::vulkan
