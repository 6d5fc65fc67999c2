#pragma once

#include <functional>

#include "delegates/gpu/gpu_device.h"
#include "trireme/delegate.h"

namespace trireme::gpu {

struct GpuDelegateOptions {
  std::string name;                    // as in reports: "opencl", "opencl:1"
  std::string driver;                  // for people: "OpenCL 3.0, PoCL 3.1"
  std::optional<Precision> precision;  // none: what the plan asks for
  bool measures = true;                // prices come from the device's own rates, measured once; else from a guess
  std::chrono::nanoseconds patience =
      std::chrono::seconds(300);  // for uploads and first runs: drivers compile in these
  // Opens the device once more after it was lost, some times; empty: lost for good.
  std::function<Result<std::unique_ptr<GpuDevice>>()> reopen{};
};
// A delegate over any device of this interface: asks the lowerings, compiles, binds, prices. Owns the device, and the
// lost ones before it.
std::shared_ptr<Delegate> makeGpuDelegate(std::unique_ptr<GpuDevice> device, const GpuDelegateOptions& options);

}  // namespace trireme::gpu
