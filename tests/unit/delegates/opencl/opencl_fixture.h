#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "delegates/opencl/opencl_device.h"
#include "tests/support/opencl_script.h"

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

// A folder that goes with its test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path onlyFile() const;  // empty when there is none, or more than one

 private:
  std::filesystem::path path_;
};

// A list of `steps` copies of `count` float32s from input to output over scratch, each reversing the order; an even
// number of steps leaves it as it was. Two kinds of kernels.
gpu::DispatchList reversing(int32_t count, size_t steps, size_t alignment);
std::vector<gpu::KernelKey> keysOf(const gpu::DispatchList& list);

// Memory for a list, and what it computes of 0, 1, 2, ...
struct Bound {
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  std::unique_ptr<gpu::GpuExecutable> executable;
};
Result<Bound> bind(OpenClDevice& device, const gpu::DispatchList& list);
Result<std::vector<float>> runOnce(OpenClDevice& device, Bound& bound, int32_t count);
std::vector<float> counting(int32_t count, bool reversed);

}  // namespace trireme::opencl
