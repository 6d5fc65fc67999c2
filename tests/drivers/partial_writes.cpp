// What a driver's check of uninitialised reads makes of memory that the host wrote. One word: `nothing` is written
// before a kernel reads 64 numbers, the `whole` in one write, or two `parts`; `kernel`: the parts through a kernel;
// `another`: nothing but memory as large that was released before, with the same table as `kernel`.
#include <cstdio>
#include <string_view>

#include "tests/support/written_by_kernel.h"
#include "tests/unit/delegates/opencl/opencl_fixture.h"

namespace trireme::opencl {
namespace {

constexpr int32_t kCount = 64;
constexpr size_t kBytes = kCount * sizeof(int32_t);

Status write(OpenClDevice& device, const Bound& bound, size_t from, size_t to) {
  const std::vector<std::byte> bytes(to - from, std::byte{1});
  return device.upload(bytes, {bound.views[0].buffer, from, to - from}).wait();
}

Status run(std::string_view how) {
  const bool byKernel = how == "kernel" || how == "another";
  TRIREME_ASSIGN(const Api* api, byKernel ? apiWritingByKernel() : systemApi());
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(listDevices(*api), ""));
  DeviceOptions options;
  options.selfCheck = false;
  TRIREME_ASSIGN(const std::unique_ptr<OpenClDevice> device, OpenClDevice::create(*api, record, options));
  if (how == "another") {
    TRIREME_ASSIGN(const std::unique_ptr<Buffer> first, device->allocate(kBytes));
    const std::vector<std::byte> bytes(kBytes, std::byte{1});
    TRIREME_TRY(device->upload(bytes, {first.get(), 0, kBytes}).wait());
  }
  TRIREME_ASSIGN(const Bound bound, bind(*device, reversing(kCount, 1, device->limits().bindingAlignment)));
  if (how == "whole") TRIREME_TRY(write(*device, bound, 0, kBytes));
  if (how == "parts" || how == "kernel") {
    TRIREME_TRY(write(*device, bound, 0, kBytes / 2));
    TRIREME_TRY(write(*device, bound, kBytes / 2, kBytes));
  }
  return bound.executable->run().wait();
}

}  // namespace
}  // namespace trireme::opencl

int main(int count, char** words) {
  if (count != 2) return 2;
  const trireme::Status status = trireme::opencl::run(words[1]);
  std::printf("%s: %s\n", words[1], status.ok() ? "done" : std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
