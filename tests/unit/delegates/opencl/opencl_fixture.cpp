#include "tests/unit/delegates/opencl/opencl_fixture.h"

namespace trireme::opencl {

void WithDriver::SetUp() {
  const auto api = systemApi();
  if (!api.ok()) GTEST_SKIP() << api.status().message();
  driver_ = api.value();
  auto record = chooseDevice(listDevices(*driver_), "");
  if (!record.ok()) GTEST_SKIP() << record.status().message();
  record_ = std::move(record).value();
}

DeviceOptions WithDriver::plain() {
  DeviceOptions options;
  options.selfCheck = false;
  return options;
}

std::unique_ptr<OpenClDevice> WithDriver::device(const Api& api, DeviceOptions options) const {
  auto made = OpenClDevice::create(api, record_, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(made).value() : nullptr;
}

}  // namespace trireme::opencl
