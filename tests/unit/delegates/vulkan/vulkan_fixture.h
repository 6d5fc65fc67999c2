#pragma once

#include <gtest/gtest.h>

#include "delegates/vulkan/vulkan_device.h"
#include "tests/support/reversing.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vulkan_script.h"

namespace trireme::vulkan {

// The driver of this machine, or a skipped test with the reason why there is none.
class WithDriver : public testing::Test {
 protected:
  void SetUp() override;
  Loader driver() const { return driver_; }
  // The first usable device of any loader, without self-check unless asked.
  static Result<std::unique_ptr<VulkanDevice>> open(Loader loader, const DeviceOptions& options = plain());
  static std::unique_ptr<VulkanDevice> device(Loader loader, const DeviceOptions& options = plain());
  static DeviceOptions plain();

 private:
  Loader driver_ = nullptr;
};

using support::bind;
using support::Bound;
using support::counting;
using support::keysOf;
using support::reversing;
using support::runOnce;
using support::TemporaryFolder;

}  // namespace trireme::vulkan
