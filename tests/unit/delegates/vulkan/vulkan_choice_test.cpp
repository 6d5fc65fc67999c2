#include <algorithm>

#include "delegates/vulkan/vulkan_delegate.h"
#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

// Which device is meant, and what is said where there is none that can be used: one sentence.
namespace trireme::vulkan {
namespace {

using script::Function;
using script::Overlay;
using script::Script;

DeviceRecord named(std::string name, std::string driver, VkPhysicalDeviceType type, bool usable = true) {
  DeviceRecord record;
  record.name = std::move(name);
  record.driver = std::move(driver);
  record.vendor = "Acme";
  record.type = type;
  record.usable = usable;
  if (!usable) record.why = "it has Vulkan 1.0.5, and 1.1 is the least that is needed";
  return record;
}
const std::vector<DeviceRecord> kFour = {named("Old Thing", "Ancient", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, false),
                                         named("llvmpipe", "Mesa", VK_PHYSICAL_DEVICE_TYPE_CPU),
                                         named("Small Chip", "Acme driver 3", VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU),
                                         named("Big Card", "Acme driver 4", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU)};

TEST(VulkanChoice, WithoutAWordTheFastestKindThatCanBeUsedIsTaken) {
  EXPECT_EQ(chooseDevice(kFour, "").value().name, "Big Card");
  EXPECT_EQ(chooseDevice({kFour[0], kFour[1], kFour[2]}, "").value().name, "Small Chip");
  EXPECT_EQ(chooseDevice({kFour[0], kFour[1]}, "").value().name, "llvmpipe");
}

TEST(VulkanChoice, APositionCountsEveryDevice) {
  EXPECT_EQ(chooseDevice(kFour, "2").value().name, "Small Chip");
  EXPECT_EQ(chooseDevice(kFour, "0").status().code(), Code::Unsupported);
  EXPECT_NE(chooseDevice(kFour, "0").status().message().find("1.1 is the least"), std::string::npos);
}

TEST(VulkanChoice, APartOfANameOrOfItsDriverWillDoInAnyCase) {
  EXPECT_EQ(chooseDevice(kFour, "LLVM").value().name, "llvmpipe");
  EXPECT_EQ(chooseDevice(kFour, "driver 4").value().name, "Big Card");
}

TEST(VulkanChoice, WhatIsNotThereIsAnsweredWithWhatIs) {
  for (const std::string_view word : {"4", "Radeon", "99999999999999999999"}) {
    const Status status = chooseDevice(kFour, word).status();
    EXPECT_EQ(status.code(), Code::Unsupported) << word;
    for (const std::string_view there : {"0 (Old Thing; Ancient)", "1 (llvmpipe; Mesa", "3 (Big Card"}) {
      EXPECT_NE(status.message().find(there), std::string::npos) << status.message();
    }
  }
}

class VulkanChoiceTest : public WithDriver {
 protected:
  // What a user is told, as a delegate and in the list of devices.
  static void expectRefused(Loader loader, std::string_view words, Code code = Code::Unsupported) {
    const Status status = makeDelegate(loader, {}, false).status();
    EXPECT_EQ(status.code(), code) << status.message();
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
    EXPECT_EQ(status.message().find('\n'), std::string::npos) << status.message();
    const std::vector<DelegateListing> listed = listDelegates(loader);
    ASSERT_FALSE(listed.empty());
    for (const DelegateListing& one : listed) {
      EXPECT_NE(one.usable.message().find(words), std::string::npos) << one.usable.message();
    }
  }
};

TEST_F(VulkanChoiceTest, TheFirstUsableDeviceIsListedByTheNameAlone) {
  const auto listing = listDelegates(driver());
  const auto usable = std::ranges::find_if(listing, [](const DelegateListing& one) { return one.usable.ok(); });
  ASSERT_NE(usable, listing.end());
  EXPECT_TRUE(std::ranges::any_of(listing, [](const DelegateListing& one) { return one.spec == "vulkan"; }));
  EXPECT_NE(usable->driver.find("Vulkan 1."), std::string::npos);
}

TEST_F(VulkanChoiceTest, ALoaderThatGivesNothingIsRefused) {
  expectRefused([](VkInstance, const char*) -> PFN_vkVoidFunction { return nullptr; }, "loader is too old");
}

TEST_F(VulkanChoiceTest, ALoaderOfVersionOneIsRefused) {
  Overlay without(driver());
  without.remove("vkEnumerateInstanceVersion");
  expectRefused(without.loader(), "1.1 is the least");
  Overlay old(driver());
  old.put<PFN_vkEnumerateInstanceVersion>("vkEnumerateInstanceVersion", [](uint32_t* version) {
    *version = VK_API_VERSION_1_0;
    return VK_SUCCESS;
  });
  expectRefused(old.loader(), "it has version 1.0");
}

TEST_F(VulkanChoiceTest, ALoaderThatLacksAFunctionIsRefusedWithItsName) {
  Overlay overlay(driver());
  overlay.remove("vkQueueSubmit");
  expectRefused(overlay.loader(), "it lacks vkQueueSubmit");
}

TEST_F(VulkanChoiceTest, ALoaderWithoutADriverIsSaid) {
  Script script(driver());
  script.failFrom(Function::vkCreateInstance, 1, VK_ERROR_INCOMPATIBLE_DRIVER);
  expectRefused(script.loader(), "no Vulkan device was found");
  script.failFrom(Function::vkEnumeratePhysicalDevices, 1, VK_ERROR_INITIALIZATION_FAILED);
  expectRefused(script.loader(), "no Vulkan device was found");
  script.failFrom(Function::vkCreateInstance, 1, VK_ERROR_OUT_OF_HOST_MEMORY);
  expectRefused(script.loader(), "vkCreateInstance failed: VK_ERROR_OUT_OF_HOST_MEMORY", Code::OutOfMemory);
}

TEST_F(VulkanChoiceTest, ADeviceOfVersionOneIsRefused) {
  Overlay overlay(driver());
  overlay.put<PFN_vkGetPhysicalDeviceProperties2>(
      "vkGetPhysicalDeviceProperties2", [](VkPhysicalDevice which, VkPhysicalDeviceProperties2* told) {
        Overlay::below<PFN_vkGetPhysicalDeviceProperties2>("vkGetPhysicalDeviceProperties2")(which, told);
        told->properties.apiVersion = VK_MAKE_API_VERSION(0, 1, 0, 77);
      });
  expectRefused(overlay.loader(), "it has Vulkan 1.0.77, and 1.1 is the least");
}

TEST_F(VulkanChoiceTest, ADeviceThatDoesNotComputeIsRefused) {
  Overlay overlay(driver());
  overlay.put<PFN_vkGetPhysicalDeviceQueueFamilyProperties>(
      "vkGetPhysicalDeviceQueueFamilyProperties",
      [](VkPhysicalDevice which, uint32_t* count, VkQueueFamilyProperties* told) {
        Overlay::below<PFN_vkGetPhysicalDeviceQueueFamilyProperties>("vkGetPhysicalDeviceQueueFamilyProperties")(
            which, count, told);
        for (uint32_t i = 0; told && i < *count; ++i) told[i].queueFlags = VK_QUEUE_GRAPHICS_BIT;
      });
  expectRefused(overlay.loader(), "none of its queues computes");
}

TEST_F(VulkanChoiceTest, ADeviceWithoutMemoryThatTheHostSeesIsRefused) {
  Overlay overlay(driver());
  overlay.put<PFN_vkGetPhysicalDeviceMemoryProperties>(
      "vkGetPhysicalDeviceMemoryProperties", [](VkPhysicalDevice which, VkPhysicalDeviceMemoryProperties* told) {
        Overlay::below<PFN_vkGetPhysicalDeviceMemoryProperties>("vkGetPhysicalDeviceMemoryProperties")(which, told);
        for (VkMemoryType& one : told->memoryTypes) one.propertyFlags = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
      });
  expectRefused(overlay.loader(), "no memory that the host can see");
}

TEST_F(VulkanChoiceTest, AnOldDeviceBesideAGoodOneIsPassedOver) {
  const auto instance = Instance::create(driver());
  ASSERT_TRUE(instance.ok());
  std::vector<DeviceRecord> devices = listDevices(*instance.value());
  devices.insert(devices.begin(), kFour[0]);
  EXPECT_TRUE(chooseDevice(devices, "").ok());
}

TEST_F(VulkanChoiceTest, ADeviceThatDoesNotOpenIsSaidWithItsName) {
  Script script(driver());
  script.failFrom(Function::vkCreateDevice, 1, VK_ERROR_INITIALIZATION_FAILED);
  const Status status = makeDelegate(script.loader(), {}, false).status();
  EXPECT_EQ(status.code(), Code::DeviceLost);
  EXPECT_NE(status.message().find("vkCreateDevice for '"), std::string::npos) << status.message();
  EXPECT_EQ(script.unbalanced(), "");
}

}  // namespace
}  // namespace trireme::vulkan
