#include "delegates/opencl/opencl_delegate.h"

#include <fmt/format.h>

#include "delegates/gpu/gpu_delegate.h"
#include "delegates/opencl/opencl_device.h"

namespace trireme {
namespace opencl {

DelegateResult makeDelegate(const Api& api, const GpuOptions& options) {
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(listDevices(api), options.device));
  DeviceOptions device;
  device.cacheFolder = options.cacheDirectory;
  device.logFile = options.compilerLog;
  device.log = options.log;
  TRIREME_ASSIGN(std::unique_ptr<OpenClDevice> made, OpenClDevice::create(api, record, device));
  gpu::GpuDelegateOptions words;
  words.name = options.device.empty() ? "opencl" : fmt::format("opencl:{}", options.device);
  words.driver = driverText(record);
  words.precision = options.precision;
  return gpu::makeGpuDelegate(std::move(made), words);
}

}  // namespace opencl

DelegateResult createOpenClDelegate(const GpuOptions& options) {
  TRIREME_ASSIGN(const opencl::Api* api, opencl::systemApi());
  return opencl::makeDelegate(*api, options);
}

std::vector<DelegateListing> listOpenClDevices() {
  const auto api = opencl::systemApi();
  if (!api.ok()) return {{"opencl", "", "", api.status()}};
  const std::vector<opencl::DeviceRecord> devices = opencl::listDevices(*api.value());
  if (devices.empty()) return {{"opencl", "", "", opencl::chooseDevice(devices, "").status()}};
  std::vector<DelegateListing> all;
  const std::string_view first = "opencl";  // what the name alone stands for
  bool named = false;
  for (size_t i = 0; i < devices.size(); ++i) {
    const std::string spec = devices[i].usable && !named ? std::string(first) : fmt::format("{}:{}", first, i);
    named = named || devices[i].usable;
    const gpu::Quirks quirks = gpu::quirksOf(opencl::identityOf(devices[i]));
    Status usable = opencl::chooseDevice(devices, std::to_string(i)).status();
    if (usable.ok() && !quirks.refused.empty()) usable = Status::error(Code::Unsupported, quirks.refused);
    all.push_back({spec, devices[i].name, opencl::driverText(devices[i]), std::move(usable)});
  }
  return all;
}

}  // namespace trireme
