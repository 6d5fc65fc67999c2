#pragma once

#include <map>
#include <mutex>

#include "delegates/gpu/device_cache.h"
#include "delegates/vulkan/devices.h"
#include "kernels/gpu/spirv/spirv.h"

namespace trireme::vulkan {

// A kernel, ready to be recorded.
struct ReadyPipeline {
  VkPipeline pipeline = VK_NULL_HANDLE;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  VkDescriptorSetLayout set = VK_NULL_HANDLE;
  // A format a binding: UNDEFINED where it is a storage buffer. Empty: all are. Lives as long as the store.
  std::span<const VkFormat> texels;
};
size_t texelBytes(VkFormat format);

// The form of a device's cache: rates differ with the way in which programs read.
std::string cacheForm(const DeviceRecord& record);

// The pipelines of a device, by kernel, with the driver's own cache of them in a file. Safe from any thread.
class PipelineStore {
 public:
  // The driver and the cache outlive it.
  PipelineStore(Driver driver, const DeviceRecord& record, gpu::DeviceCache& kept);
  // Makes what is not there. Unsupported where this build has no module of a program.
  Status compile(std::span<const gpu::KernelKey> keys);
  // Of a kernel that is compiled, in the form for this device. Lives as long as the store.
  Result<ReadyPipeline> find(const gpu::KernelKey& key) const;
  // The form without texels, made when it is first asked for.
  Result<ReadyPipeline> withoutTexels(const gpu::KernelKey& key);

  void save();  // what is new; failures go to the log
  void leak();  // of a device that hangs

 private:
  struct Layout {
    SetLayout set;
    PipelineLayout layout;
  };
  struct LayoutKey {
    std::vector<bool> texels;  // a binding
    size_t bytes = 0;          // of parameters
    auto operator<=>(const LayoutKey&) const = default;
  };
  using PipelineKey = std::pair<gpu::KernelKey, bool>;  // with texels
  void readKept();
  bool readsTexels(const gpu::KernelKey& key) const { return texels_ && gpu::hasTexelReads(key.program, key.variant); }
  Status add(const PipelineKey& key);
  Result<ReadyPipeline> ready(const PipelineKey& key) const;
  Result<const Layout*> layoutOf(const gpu::ProgramInfo& program, std::span<const VkFormat> texels);
  Result<Pipeline> make(const PipelineKey& key, VkPipelineLayout layout);

  const Driver driver_;
  const bool storage8_, storage16_, texels_;
  gpu::DeviceCache& kept_;
  PipelineCache cache_;
  std::vector<std::byte> saved_;  // the driver's cache as the file has it
  mutable std::mutex mutex_;
  std::map<LayoutKey, Layout> layouts_;
  struct Made {
    Pipeline pipeline;
    const Layout* layout = nullptr;
    std::vector<VkFormat> texels;
  };
  std::map<PipelineKey, Made> pipelines_;
};

}  // namespace trireme::vulkan
