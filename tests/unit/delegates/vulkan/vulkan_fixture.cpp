#include "tests/unit/delegates/vulkan/vulkan_fixture.h"

namespace trireme::vulkan {

void WithDriver::SetUp() {
  const auto loader = systemLoader();
  if (!loader.ok()) GTEST_SKIP() << loader.status().message();
  driver_ = loader.value();
  const auto instance = Instance::create(driver_);
  if (!instance.ok()) GTEST_SKIP() << instance.status().message();
  const Status status = chooseDevice(listDevices(*instance.value()), "").status();
  if (!status.ok()) GTEST_SKIP() << status.message();
}

DeviceOptions WithDriver::plain() {
  DeviceOptions options;
  options.selfCheck = false;
  return options;
}

Result<std::unique_ptr<VulkanDevice>> WithDriver::open(Loader loader, const DeviceOptions& options) {
  TRIREME_ASSIGN(const std::shared_ptr<const Instance> instance, Instance::create(loader));
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(listDevices(*instance), ""));
  return VulkanDevice::create(instance, record, options);
}

std::unique_ptr<VulkanDevice> WithDriver::device(Loader loader, const DeviceOptions& options) {
  auto made = open(loader, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(made).value() : nullptr;
}

}  // namespace trireme::vulkan
