#pragma once

#include "delegates/gpu/gpu_device.h"
#include "delegates/opencl/memory.h"
#include "delegates/opencl/program_store.h"

namespace trireme::opencl {

// What an executable needs of its device; all outlive it.
struct DeviceParts {
  const Api& api;
  const Device& device;
  ClQueue& queue;
  const ProgramStore& programs;
  const gpu::GpuLimits& limits;
  uint32_t flushEvery = 0;                   // dispatches; 0: once a submission
  std::chrono::nanoseconds timedPatience{};  // a timed run that takes longer counts as hung
};
// Kernel objects with their arguments set, and sub-buffers where a binding is a part of a buffer.
Result<std::unique_ptr<gpu::GpuExecutable>> buildExecutable(const DeviceParts& parts, const gpu::DispatchList& list,
                                                            std::span<const BufferView> buffers);

}  // namespace trireme::opencl
