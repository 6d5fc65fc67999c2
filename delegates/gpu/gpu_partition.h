#pragma once

#include <mutex>
#include <set>

#include "delegates/gpu/lowering.h"

namespace trireme::gpu {

// Kernels that have run once on a device: drivers finish compiling when they first see one with its arguments.
struct WarmKernels {
  using Key = std::pair<KernelKey, uint64_t>;  // with GpuDevice::formOf()
  std::mutex mutex;
  std::set<Key> keys;
};
// Lowers, makes the kernels, uploads the weights, and runs each kernel, in each form, that is not warm yet once, on
// memory of its own. The device outlives the partition. `patience`: for each upload and for the runs; drivers compile
// in these.
Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, GpuDevice& device,
                                                            Precision precision, WarmKernels& warm,
                                                            std::chrono::nanoseconds patience);

}  // namespace trireme::gpu
