#pragma once

#include "delegates/gpu/gpu_device.h"

// A small dispatch list for any GPU device, and its run.
namespace trireme::support {

// A list of `steps` copies of `count` float32s from input to output over scratch, each reversing the order; an even
// number of steps leaves it as it was. Two kinds of kernels.
gpu::DispatchList reversing(int32_t count, size_t steps, size_t alignment);
std::vector<gpu::KernelKey> keysOf(const gpu::DispatchList& list);

// Memory for a list, and what it computes of 0, 1, 2, ...
struct Bound {
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  std::unique_ptr<gpu::GpuExecutable> executable;
};
Result<Bound> bind(gpu::GpuDevice& device, const gpu::DispatchList& list);
Result<std::vector<float>> runOnce(gpu::GpuDevice& device, Bound& bound, int32_t count);
std::vector<float> counting(int32_t count, bool reversed);
// Hands imported memory to the device and back, and to it again. Nothing where it does not import.
Status handOver(gpu::GpuDevice& device);

}  // namespace trireme::support
