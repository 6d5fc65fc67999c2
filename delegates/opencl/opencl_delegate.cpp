#include "delegates/opencl/opencl_delegate.h"

#include <fmt/format.h>

#include "delegates/gpu/gpu_delegate.h"
#include "delegates/gpu/gpu_facts.h"
#include "delegates/opencl/limits.h"
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

std::string_view typeName(const Api& api, cl_device_id device) {
  const auto type = deviceValue<cl_device_type>(api, device, CL_DEVICE_TYPE);
  if ((type & CL_DEVICE_TYPE_CPU) != 0) return "cpu";
  if ((type & CL_DEVICE_TYPE_GPU) == 0) return "other";
  return sharesMemory(api, device) ? "integrated" : "discrete";
}

GpuFacts factsOf(const Api& api, const DeviceRecord& record) {
  const std::lock_guard lock(discoveryLock());
  const gpu::Quirks quirks = gpu::quirksOf(identityOf(record));
  const gpu::GpuLimits limits = limitsOf(api, record.device, quirks);
  GpuFacts facts = gpu::factsOf(limits, memoryOf(api, record.device, limits, quirks));
  for (const char* always : {"storage8", "storage16", "timestamps"}) facts.features.emplace_back(always);
  facts.type = typeName(api, record.device);
  facts.version = versionText(record);
  facts.memory = deviceValue<cl_ulong>(api, record.device, CL_DEVICE_GLOBAL_MEM_SIZE);
  return facts;
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
    all.push_back({spec, devices[i].name, driverText(devices[i]), chooseDevice(devices, std::to_string(i)).status(),
                   factsOf(api, devices[i])});
  }
  return all;
}

std::vector<DelegateListing> listOpenClDevices() {
  const auto api = opencl::systemApi();
  if (!api.ok()) return {{"opencl", "", "", api.status()}};
  return opencl::listDelegates(*api.value());
}

}  // namespace trireme
