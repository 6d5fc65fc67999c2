#include "delegates/opencl/devices.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

#include "delegates/gpu/device_words.h"

namespace trireme::opencl {
namespace {

// What clGet...Info tells as text, without the zero at its end.
template <class Get>
std::string infoText(Get get) {
  size_t bytes = 0;
  if (get(size_t{0}, nullptr, &bytes) != CL_SUCCESS || bytes == 0) return {};
  std::string text(bytes, '\0');
  if (get(bytes, text.data(), nullptr) != CL_SUCCESS) return {};
  text.resize(text.find('\0') == std::string::npos ? bytes : text.find('\0'));
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

std::string platformText(const Api& api, cl_platform_id platform, cl_platform_info what) {
  return infoText([&](size_t size, void* value, size_t* needed) {
    return api.clGetPlatformInfo(platform, what, size, value, needed);
  });
}

// "OpenCL 1.2 ..." as 102; 0 for anything else.
int versionNumber(std::string_view text) {
  constexpr std::string_view kHead = "OpenCL ";
  if (!text.starts_with(kHead)) return 0;
  text.remove_prefix(kHead.size());
  int major = 0, minor = 0;
  const auto dot = std::from_chars(text.data(), text.data() + text.size(), major);
  if (dot.ec != std::errc() || dot.ptr == text.data() + text.size() || *dot.ptr != '.') return 0;
  std::from_chars(dot.ptr + 1, text.data() + text.size(), minor);
  return major * 100 + minor;
}

void judge(const Api& api, DeviceRecord& record) {
  record.usable = false;
  if (versionNumber(record.version) < 102) {
    record.why = fmt::format("it says '{}', and OpenCL 1.2 is the least that is needed", record.version);
  } else if (!deviceValue<cl_bool>(api, record.device, CL_DEVICE_AVAILABLE)) {
    record.why = "its driver says that it is not available";
  } else if (!deviceValue<cl_bool>(api, record.device, CL_DEVICE_COMPILER_AVAILABLE)) {
    record.why = "its driver has no compiler";
  } else if (!deviceValue<cl_bool>(api, record.device, CL_DEVICE_ENDIAN_LITTLE)) {
    record.why = "it is big-endian";
  } else {
    record.usable = true;
  }
}

DeviceRecord describe(const Api& api, cl_platform_id platform, cl_device_id device) {
  DeviceRecord record;
  record.platform = platform;
  record.device = device;
  record.platformName = platformText(api, platform, CL_PLATFORM_NAME);
  record.name = deviceText(api, device, CL_DEVICE_NAME);
  record.vendor = deviceText(api, device, CL_DEVICE_VENDOR);
  record.version = deviceText(api, device, CL_DEVICE_VERSION);
  record.driver = deviceText(api, device, CL_DRIVER_VERSION);
  judge(api, record);
  return record;
}

}  // namespace

std::string deviceText(const Api& api, cl_device_id device, cl_device_info what) {
  return infoText(
      [&](size_t size, void* value, size_t* needed) { return api.clGetDeviceInfo(device, what, size, value, needed); });
}

std::string versionText(const DeviceRecord& record) {
  const int version = versionNumber(record.version);
  return fmt::format("{}.{}", version / 100, version % 100);
}

std::string driverText(const DeviceRecord& record) {
  return fmt::format("{}, OpenCL {}, driver {}", record.platformName, versionText(record), record.driver);
}

std::vector<DeviceRecord> listDevices(const Api& api) {
  const std::lock_guard lock(discoveryLock());
  cl_uint count = 0;
  if (api.clGetPlatformIDs(0, nullptr, &count) != CL_SUCCESS || count == 0) return {};
  std::vector<cl_platform_id> platforms(count);
  if (api.clGetPlatformIDs(count, platforms.data(), nullptr) != CL_SUCCESS) return {};
  std::vector<DeviceRecord> all;
  for (cl_platform_id platform : platforms) {
    cl_uint here = 0;
    if (api.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &here) != CL_SUCCESS || here == 0) continue;
    std::vector<cl_device_id> devices(here);
    if (api.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, here, devices.data(), nullptr) != CL_SUCCESS) continue;
    for (cl_device_id device : devices) all.push_back(describe(api, platform, device));
  }
  return all;
}

Result<DeviceRecord> chooseDevice(const std::vector<DeviceRecord>& devices, std::string_view word) {
  std::vector<gpu::ListedDevice> listed;
  for (const DeviceRecord& one : devices) {
    listed.push_back({one.name, one.platformName, one.vendor + "\n" + one.version, one.usable, one.why});
  }
  TRIREME_ASSIGN(const size_t chosen, gpu::chooseDevice("OpenCL", listed, word));
  return devices[chosen];
}

}  // namespace trireme::opencl
