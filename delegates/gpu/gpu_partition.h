#pragma once

#include <mutex>
#include <set>

#include "delegates/gpu/lowering.h"

namespace trireme::gpu {

// Kernels that have run once on a device: drivers finish compiling when they first see one with its arguments.
struct WarmKernels {
  std::mutex mutex;
  std::set<KernelKey> keys;
};
// Lowers, makes the kernels, uploads the weights, and runs each kernel that is not warm yet once, on memory of its own.
// The device outlives the partition. `patience`: for each upload and for the runs; drivers compile in these.
Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, GpuDevice& device,
                                                            Precision precision, WarmKernels& warm,
                                                            std::chrono::nanoseconds patience);

}  // namespace trireme::gpu
