#pragma once

#include "delegates/gpu/gpu_device.h"

namespace trireme::gpu {

// How quick a device is. Seconds are of the device alone, without waiting for other work.
struct GpuRates {
  double submitSeconds = 0;    // of starting a list and seeing its end
  double dispatchSeconds = 0;  // of one more dispatch
  double matrixFlops = 0;      // a second, of large convolutions
  double bytesPerSecond = 0;   // of programs that only move or do little
  double copyBytesPerSecond = 0, copyStartSeconds = 0;
};
// What a device of its kind is likely to do: for a device that could not be measured.
GpuRates guessRates(const GpuLimits& limits);
// Runs lists of copies and of a convolution for some milliseconds each; the kernels that it needs are compiled. What
// partitions and copies to the host cost at their start stays a guess: the planner has those from DelegateInfo::rates.
// `patience`: for each upload.
Result<GpuRates> measureRates(GpuDevice& device, std::chrono::nanoseconds patience);

// A network's tensors are colder than those of the trial that measured bytesPerSecond: this share of it is left. Seen
// on a machine with PoCL.
constexpr double kColdMemory = 0.25;
// Of the dispatches alone: each takes its start, its arithmetic at what its program reaches, and its bytes.
double secondsOf(const DispatchList& list, const GpuRates& rates);

}  // namespace trireme::gpu
