#pragma once

#include <string>
#include <vector>

#include "delegates/opencl/api.h"

// Which devices there are, of all platforms and types, and which of them a word means.
namespace trireme::opencl {

struct DeviceRecord {
  cl_platform_id platform = nullptr;
  cl_device_id device = nullptr;
  std::string platformName, name, vendor, version, driver;  // version: "OpenCL 3.0 ..."
  bool usable = false;
  std::string why;  // when it is not
};
// "Portable Computing Language, OpenCL 3.0, driver 3.1": for people.
std::string driverText(const DeviceRecord& record);
std::string versionText(const DeviceRecord& record);  // "3.0"

// Every device of every platform, in the loader's order; their positions are what users count by. Platforms that fail
// or have none are passed over. Never fails: a loader without platforms has no devices.
std::vector<DeviceRecord> listDevices(const Api& api);

// `word`: empty (the first usable device), a position, or a part of a device's names, in any case. Unsupported
// where nothing fits (with all that is there), where what fits is too old, or where there is none at all.
Result<DeviceRecord> chooseDevice(const std::vector<DeviceRecord>& devices, std::string_view word);

// An item of information about a device; empty or 0 where the driver does not answer.
std::string deviceText(const Api& api, cl_device_id device, cl_device_info what);
template <class T>
T deviceValue(const Api& api, cl_device_id device, cl_device_info what) {
  T value{};
  if (api.clGetDeviceInfo(device, what, sizeof value, &value, nullptr) != CL_SUCCESS) return T{};
  return value;
}

}  // namespace trireme::opencl
