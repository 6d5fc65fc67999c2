#include "delegates/vulkan/vulkan_delegate.h"
#include "kernels/gpu/spirv/spirv.h"
#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

// Dot products and cooperative matrices: for devices that have them, and right ones.
namespace trireme::vulkan {
namespace {

using gpu::Feature;
using gpu::MatrixUnit;
using script::Overlay;

class VulkanProductsTest : public WithDriver {
 protected:
  static DeviceRecord record(Loader loader) {
    const auto instance = Instance::create(loader);
    return chooseDevice(listDevices(*instance.value()), "").value();
  }
  static VkCooperativeMatrixPropertiesNV shape(uint32_t m, uint32_t n, uint32_t k,
                                               VkComponentTypeNV sums = VK_COMPONENT_TYPE_FLOAT32_NV) {
    VkCooperativeMatrixPropertiesNV one{};
    one.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV;
    one.MSize = m;
    one.NSize = n;
    one.KSize = k;
    one.AType = one.BType = VK_COMPONENT_TYPE_FLOAT16_NV;
    one.CType = one.DType = sums;
    one.scope = VK_SCOPE_SUBGROUP_NV;
    return one;
  }
  void SetUp() override {
    WithDriver::SetUp();
    if (IsSkipped()) return;
    options_ = plain();
    options_.log = [this](std::string_view sentence) { said_.emplace_back(sentence); };
  }
  static bool hasDots() { return gpu::hasSpirvOf(Feature::DotProducts); }
  DeviceOptions options_;
  std::vector<std::string> said_;
};

TEST_F(VulkanProductsTest, DotProductsAreTakenWhereTheDriverCallsThemFast) {
  if (!hasDots()) GTEST_SKIP() << "this build's compiler knows no dot products";
  {
    Overlay overlay(driver());
    script::withFastDots(overlay, false);
    EXPECT_FALSE(device(overlay.loader())->limits().dotProducts);
  }
  Overlay overlay(driver());
  script::withFastDots(overlay);
  if (!record(overlay.loader()).products.dots) GTEST_SKIP() << "this driver has no integer dot products";
  EXPECT_TRUE(device(overlay.loader(), options_)->limits().dotProducts);
  EXPECT_EQ(said_, std::vector<std::string>());
  const std::vector<DelegateListing> listed = listDelegates(overlay.loader());
  const auto& features = listed[0].gpu->features;
  EXPECT_NE(std::find(features.begin(), features.end(), "dot"), features.end());
}

// OpUDot for OpSDot: what a driver's mistake may look like.
VKAPI_ATTR VkResult VKAPI_CALL withUnsignedDots(VkDevice device, const VkShaderModuleCreateInfo* wanted,
                                                const VkAllocationCallbacks* callbacks, VkShaderModule* module) {
  constexpr uint32_t kSigned = 4450, kUnsigned = 4451;
  std::vector<uint32_t> words(wanted->pCode, wanted->pCode + wanted->codeSize / sizeof(uint32_t));
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    if ((words[at] & 0xffff) == kSigned) words[at] = (words[at] & 0xffff0000u) | kUnsigned;
  }
  VkShaderModuleCreateInfo info = *wanted;
  info.pCode = words.data();
  return Overlay::below<PFN_vkCreateShaderModule>("vkCreateShaderModule")(device, &info, callbacks, module);
}

TEST_F(VulkanProductsTest, WrongDotProductsAreNotUsedAndTheDeviceIs) {
  Overlay overlay(driver());
  script::withFastDots(overlay);
  if (!hasDots() || !record(overlay.loader()).products.dots) GTEST_SKIP() << "there are no dot products to be wrong";
  overlay.put("vkCreateShaderModule", withUnsignedDots);
  const auto one = device(overlay.loader(), options_);
  ASSERT_TRUE(one);
  EXPECT_FALSE(one->limits().dotProducts);
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("its integer dot products are not used: byte "), std::string::npos) << said_[0];
}

TEST_F(VulkanProductsTest, AnEmulatedMatrixUnitComputesRightly) {
  options_.matrixUnit = MatrixUnit{.m = 8, .crew = 8};
  const auto one = device(driver(), options_);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->limits().matrixUnit, options_.matrixUnit);
  EXPECT_EQ(said_, std::vector<std::string>());
}

TEST_F(VulkanProductsTest, TheShapeWithTheMostProductsIsTakenAndTheExtensionAskedFor) {
  if (!gpu::hasSpirvOf(Feature::MatrixNv)) GTEST_SKIP() << "this build's compiler knows no cooperative matrices";
  Overlay overlay(driver());
  script::withMatrices(overlay, {shape(16, 8, 16), shape(8, 16, 16), shape(16, 16, 16), shape(16, 16, 8),
                                 shape(32, 32, 32, VK_COMPONENT_TYPE_FLOAT16_NV), shape(64, 16, 16)});
  const auto unit = record(overlay.loader()).products.matrices;
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->spelling, MatrixUnit::Spelling::Nv);
  EXPECT_EQ((std::array{unit->m, unit->n, unit->k}), (std::array{16, 16, 16}));
  EXPECT_GT(unit->crew, 0);
  // The driver below cannot compile the programs, which costs the device its matrices and nothing else.
  const auto refusing = [](VkDevice device, const VkShaderModuleCreateInfo* wanted,
                           const VkAllocationCallbacks* callbacks, VkShaderModule* module) -> VkResult {
    constexpr uint32_t kCapability = 2 << 16 | 17, kMatrixNv = 5357;
    const std::span words(wanted->pCode, wanted->codeSize / sizeof(uint32_t));
    for (size_t at = 5; at < words.size() && words[at] == kCapability; at += 2) {
      if (words[at + 1] == kMatrixNv) return VK_ERROR_INVALID_SHADER_NV;
    }
    return Overlay::below<PFN_vkCreateShaderModule>("vkCreateShaderModule")(device, wanted, callbacks, module);
  };
  overlay.put("vkCreateShaderModule", static_cast<PFN_vkCreateShaderModule>(refusing));
  const auto one = device(overlay.loader(), options_);
  ASSERT_TRUE(one);
  EXPECT_FALSE(one->limits().matrixUnit);
  const std::vector<std::string>& enabled = script::enabledExtensions();
  EXPECT_NE(std::find(enabled.begin(), enabled.end(), "VK_NV_cooperative_matrix"), enabled.end());
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("its cooperative matrices are not used: "), std::string::npos) << said_[0];
  EXPECT_NE(said_[0].find("VK_ERROR_INVALID_SHADER_NV"), std::string::npos) << said_[0];
}

TEST_F(VulkanProductsTest, TheNewerSpellingIsPreferredWhereTheBuildHasIt) {
  constexpr int32_t kWorkgroup = 2;
  Overlay overlay(driver());
  script::withMatrices(overlay, {shape(16, 16, 16)});
  script::withKhrMatrices(overlay, {{kMatrixPropertiesKhr, nullptr, 8, 16, 16, kFloat16Khr, kFloat16Khr, kFloat32Khr,
                                     kFloat32Khr, VK_FALSE, kSubgroupKhr},
                                    {kMatrixPropertiesKhr, nullptr, 32, 32, 32, kFloat16Khr, kFloat16Khr, kFloat32Khr,
                                     kFloat32Khr, VK_FALSE, kWorkgroup},
                                    {kMatrixPropertiesKhr, nullptr, 32, 32, 32, kFloat16Khr, kFloat16Khr, kFloat16Khr,
                                     kFloat16Khr, VK_FALSE, kSubgroupKhr}});
  const auto unit = record(overlay.loader()).products.matrices;
  if (gpu::hasSpirvOf(Feature::MatrixKhr)) {
    ASSERT_TRUE(unit);
    EXPECT_EQ(unit->spelling, MatrixUnit::Spelling::Khr);
    EXPECT_EQ(unit->m, 8);
  } else {
    EXPECT_NE(unit.value_or(MatrixUnit{}).spelling, MatrixUnit::Spelling::Khr) << "this build has no such module";
  }
}

TEST_F(VulkanProductsTest, WithoutAShapeThatFitsNothingIsAskedFor) {
  Overlay overlay(driver());
  script::withMatrices(overlay, {shape(16, 8, 16), shape(16, 16, 16, VK_COMPONENT_TYPE_FLOAT16_NV)});
  EXPECT_FALSE(record(overlay.loader()).products.matrices);
  const auto one = device(overlay.loader(), options_);
  const std::vector<std::string>& enabled = script::enabledExtensions();
  EXPECT_EQ(std::find(enabled.begin(), enabled.end(), "VK_NV_cooperative_matrix"), enabled.end());
  EXPECT_EQ(said_, std::vector<std::string>());
}

}  // namespace
}  // namespace trireme::vulkan
