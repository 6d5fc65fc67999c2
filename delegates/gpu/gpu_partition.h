#pragma once

#include "delegates/gpu/lowering.h"

namespace trireme::gpu {

// Lowers, makes the kernels, uploads the weights. The device outlives the partition.
Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, GpuDevice& device,
                                                            Precision precision);

}  // namespace trireme::gpu
