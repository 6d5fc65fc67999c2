#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// What a device of its kind is likely to do: for a device that could not be measured.
GpuRates guessRates(const GpuLimits& limits);
// Runs lists of copies and of a convolution for some milliseconds each; the kernels that it needs are compiled. What
// copies to the host cost stays a guess. `patience`: for each upload and each wait.
Result<GpuRates> measureRates(GpuDevice& device, std::chrono::nanoseconds patience);

// A network's tensors are colder than those of the trial that measured bytesPerSecond: this share of it is left. Seen
// on a machine with PoCL.
constexpr double kColdMemory = 0.25;
// Of the dispatches alone: each takes its start, its arithmetic at what its program reaches, and its bytes.
double secondsOf(const DispatchList& list, const GpuRates& rates);

}  // namespace trireme::gpu
