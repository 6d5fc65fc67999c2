#include "delegates/opencl/opencl_delegate.h"

#include <fmt/format.h>

#include "delegates/gpu/gpu_delegate.h"
#include "delegates/opencl/opencl_device.h"

namespace trireme {
namespace opencl {
namespace {

std::vector<DeviceRecord> knownDevices(const Api& api) {
  std::vector<DeviceRecord> devices = listDevices(api);
  for (DeviceRecord& one : devices) {
    const gpu::Quirks quirks = gpu::quirksOf(identityOf(one));
    if (!one.usable || quirks.refused.empty()) continue;
    one.usable = false;
    one.why = quirks.refused;
  }
  return devices;
}

}  // namespace

DelegateResult makeDelegate(const Api& api, const GpuOptions& options, bool measures,
                            std::optional<std::chrono::nanoseconds> patience, size_t stagingBytes) {
  TRIREME_ASSIGN(const DeviceRecord record, chooseDevice(knownDevices(api), options.device));
  DeviceOptions device;
  device.cacheFolder = options.cacheDirectory;
  device.logFile = options.compilerLog;
  device.log = options.log;
  device.patience = patience.value_or(device.patience);
  device.stagingBytes = stagingBytes;
  TRIREME_ASSIGN(std::unique_ptr<OpenClDevice> made, OpenClDevice::create(api, record, device));
  gpu::GpuDelegateOptions words;
  words.name = options.device.empty() ? "opencl" : fmt::format("opencl:{}", options.device);
  words.driver = driverText(record);
  words.precision = options.precision;
  words.measures = measures;
  words.patience = patience.value_or(words.patience);
  words.reopen = [&api, record, device]() -> Result<std::unique_ptr<gpu::GpuDevice>> {
    DeviceOptions again = device;
    again.selfCheck = false;  // it computed rightly when it was opened first
    TRIREME_ASSIGN(std::unique_ptr<OpenClDevice> next, OpenClDevice::create(api, record, again));
    return std::unique_ptr<gpu::GpuDevice>(std::move(next));
  };
  return gpu::makeGpuDelegate(std::move(made), words);
}

}  // namespace opencl

DelegateResult createOpenClDelegate(const GpuOptions& options) {
  TRIREME_ASSIGN(const opencl::Api* api, opencl::systemApi());
  return opencl::makeDelegate(*api, options);
}

std::vector<DelegateListing> opencl::listDelegates(const Api& api) {
  const std::vector<DeviceRecord> devices = knownDevices(api);
  if (devices.empty()) return {{"opencl", "", "", chooseDevice(devices, "").status()}};
  std::vector<DelegateListing> all;
  bool named = false;  // the first usable one is what the name alone stands for
  for (size_t i = 0; i < devices.size(); ++i) {
    const std::string spec = devices[i].usable && !named ? "opencl" : fmt::format("opencl:{}", i);
    named = named || devices[i].usable;
    all.push_back({spec, devices[i].name, driverText(devices[i]), chooseDevice(devices, std::to_string(i)).status()});
  }
  return all;
}

std::vector<DelegateListing> listOpenClDevices() {
  const auto api = opencl::systemApi();
  if (!api.ok()) return {{"opencl", "", "", api.status()}};
  return opencl::listDelegates(*api.value());
}

}  // namespace trireme
