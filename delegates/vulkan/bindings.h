#pragma once

#include "delegates/vulkan/memory.h"
#include "delegates/vulkan/pipelines.h"

namespace trireme::vulkan {

struct DeviceParts;

// A dispatch's pipeline and what it reads and writes.
struct BoundKernel {
  ReadyPipeline kernel;
  VkDescriptorSet set = VK_NULL_HANDLE;
};

// The descriptor sets of a list's dispatches. Inputs that are read as texels, and fit the device's views of those, have
// such views; where one of a dispatch's does not, all its buffers are storage buffers.
class BindingSets {
 public:
  Status prepare(const DeviceParts& parts, const gpu::DispatchList& list, std::span<const BufferView> buffers);
  std::span<const BoundKernel> all() const { return bound_; }  // one a dispatch

 private:
  DescriptorPool pool_;
  std::vector<TexelView> views_;
  std::vector<BoundKernel> bound_;
};

}  // namespace trireme::vulkan
