#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "trireme/status.h"

namespace trireme::gpu {

// How quick a device is. Seconds are of the device alone, without waiting for other work.
struct GpuRates {
  double submitSeconds = 0;    // of starting a list and hearing of its end, beyond its dispatches
  double dispatchSeconds = 0;  // of one more dispatch
  double matrixFlops = 0;      // a second, of large convolutions
  double bytesPerSecond = 0;   // of programs that only move or do little
  double copyBytesPerSecond = 0, copyStartSeconds = 0;
  bool operator==(const GpuRates&) const = default;
};
// Finite and above zero, all of them: else no device has them.
bool plausible(const GpuRates& rates);

// The bytes of a CacheSection of kind Rates, in little-endian: the record's version, then each rate.
std::vector<std::byte> writeRates(const GpuRates& rates);
// None: of another version, to be measured anew. InvalidArgument: damaged, or not plausible.
Result<std::optional<GpuRates>> readRates(std::span<const std::byte> bytes);

}  // namespace trireme::gpu
