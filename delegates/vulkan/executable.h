#pragma once

#include "delegates/vulkan/memory.h"
#include "delegates/vulkan/pipelines.h"

namespace trireme::vulkan {

// What an executable needs of its device, which outlives it.
struct DeviceParts {
  Driver driver;
  const Device& device;
  VulkanQueue& queue;
  PipelineStore& pipelines;
  const gpu::GpuLimits& limits;
  uint32_t queueFamily = 0;
  size_t mostTexels = 0;       // of a view
  bool timestamps = false;     // the queue writes them
  double timestampPeriod = 1;  // nanoseconds
  uint64_t timestampMask = UINT64_MAX;
  double longest = 0;  // seconds that a command buffer should take at most; 0: any
  std::chrono::nanoseconds timedPatience{};
};
// Records the list's commands, with descriptor sets of its own.
Result<std::unique_ptr<gpu::GpuExecutable>> buildExecutable(const DeviceParts& parts, const gpu::DispatchList& list,
                                                            std::span<const BufferView> buffers);

}  // namespace trireme::vulkan
