#pragma once

#include "delegates/gpu/lowering.h"

namespace trireme::gpu {

// The partition's nodes as calls, in an order in which they can run: pads move into the window behind them, activations
// and additions into their producer, where its lowering takes them.
std::vector<Call> fuseNodes(const PartitionView& partition, const GpuLimits& limits);

}  // namespace trireme::gpu
