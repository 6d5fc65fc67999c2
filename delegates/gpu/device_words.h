#pragma once

#include <span>
#include <string>

#include "trireme/status.h"

// Which of an API's devices a user's word means.
namespace trireme::gpu {

struct ListedDevice {
  std::string name, platform;
  std::string others;  // what else it may be called by: vendor, version
  bool usable = false;
  std::string why;     // when it is not
  int preference = 0;  // of several usable ones, where no word was said; the first of the highest is taken
};
// `api`: "OpenCL". `word`: empty, a position, or a part of a device's names, in any case. The position of a usable
// device. Unsupported where nothing fits (with all that is there), where what fits cannot be used, or where there is
// none at all.
Result<size_t> chooseDevice(std::string_view api, std::span<const ListedDevice> devices, std::string_view word);

}  // namespace trireme::gpu
