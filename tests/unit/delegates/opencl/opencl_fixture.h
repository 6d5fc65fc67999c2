#pragma once

#include <gtest/gtest.h>

#include "delegates/opencl/opencl_device.h"
#include "tests/support/opencl_script.h"
#include "tests/support/reversing.h"
#include "tests/support/temporary_folder.h"

namespace trireme::opencl {

// The driver of this machine, or a skipped test with the reason why there is none.
class WithDriver : public testing::Test {
 protected:
  void SetUp() override;
  const Api& driver() const { return *driver_; }
  const DeviceRecord& record() const { return record_; }
  bool keepsPrograms() const { return gpu::quirksOf(identityOf(record_)).cachesPrograms; }
  // A device over any table, without self-check unless asked.
  std::unique_ptr<OpenClDevice> device(const Api& api, DeviceOptions options = plain()) const;
  static DeviceOptions plain();

 private:
  const Api* driver_ = nullptr;
  DeviceRecord record_;
};

using support::bind;
using support::Bound;
using support::counting;
using support::keysOf;
using support::reversing;
using support::runOnce;
using support::TemporaryFolder;

}  // namespace trireme::opencl
