#pragma once

#include "delegates/cpu/lowering.h"
#include "delegates/cpu/thread_pool.h"

namespace trireme::cpu {

// Lowers every node, packs weights, plans the inner memory. The pool outlives the result.
Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, CpuIsa isa,
                                                            ThreadPool& pool);

}  // namespace trireme::cpu
