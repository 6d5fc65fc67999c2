#pragma once

#include <span>
#include <string>
#include <string_view>

// What is known to be wrong with a driver, as data: limits and features are taken back where a line fits.
namespace trireme::gpu {

// Who a driver says that it is.
struct DriverIdentity {
  std::string api;  // "opencl", "vulkan"
  std::string platform, vendor, device, driver;
  bool operator==(const DriverIdentity&) const = default;
};
struct Quirks {
  std::string refused;  // why the device is not used at all; empty: it is
  bool importsMemory = true, cachesPrograms = true, halfStorage = true, localTiles = true;
  std::string buildOptions;  // for the driver's compiler, beside the usual ones
  uint32_t flushEvery = 0;   // dispatches; 0: once a submission
  bool operator==(const Quirks&) const = default;
};
// A line fits where each word is empty or part of what the driver says; driver versions from `from` up to, not
// including, `before`, compared number by number.
struct QuirkLine {
  std::string_view api, platform, device, from, before;
  void (*apply)(Quirks& quirks);
  std::string_view why;
};
std::span<const QuirkLine> quirkLines();

// All lines that fit, applied in their order.
Quirks quirksOf(const DriverIdentity& identity, std::span<const QuirkLine> lines = quirkLines());

}  // namespace trireme::gpu
