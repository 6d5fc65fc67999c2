#pragma once

#include "delegates/opencl/limits.h"
#include "delegates/opencl/opencl_delegate.h"
#include "tests/support/opencl_script.h"

namespace trireme::opencl {

// OpenCL, as the tests of faults want it.
class OpenClWorld {
 public:
  using Script = script::Script;
  using Function = script::Function;
  static constexpr std::string_view kName = "opencl";
  static constexpr size_t kFunctions = script::kFunctions;
  static constexpr Function kOpen = Function::clCreateContext, kSubmit = Function::clEnqueueNDRangeKernel;
  static constexpr Function kNextSubmit = Function::clFlush;
  static constexpr int kLost = CL_OUT_OF_RESOURCES, kNotOpened = CL_DEVICE_NOT_AVAILABLE;
  static constexpr uint64_t kLeastSubmissions = 6;
  static std::vector<int> codes(Function function) { return script::plausibleCodes(function); }

  std::string open() {
    const auto api = systemApi();
    if (!api.ok()) return std::string(api.status().message());
    api_ = api.value();
    auto record = chooseDevice(listDevices(*api_), "");
    if (record.ok()) identity_ = identityOf(record.value());
    return std::string(record.status().message());
  }
  const gpu::DriverIdentity& identity() const { return identity_; }
  const Api& driver() const { return *api_; }
  const Api& discrete() const { return script::asDiscreteGpu(*api_); }
  static DelegateResult make(const Script& script, const GpuOptions& options, bool measures,
                             std::optional<std::chrono::nanoseconds> patience) {
    return makeDelegate(script.api(), options, measures, patience);
  }

 private:
  const Api* api_ = nullptr;
  gpu::DriverIdentity identity_;
};

}  // namespace trireme::opencl
