#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "delegates/gpu/cache_file.h"
#include "delegates/gpu/rates_record.h"
#include "delegates/vulkan/devices.h"
#include "kernels/gpu/spirv/spirv.h"

namespace trireme::vulkan {

struct StoreOptions {
  std::filesystem::path cacheFolder;          // of what the driver made of programs; empty: nothing is kept
  std::function<void(std::string_view)> log;  // told when a cache is of no use; may be empty
};

// A kernel, ready to be recorded.
struct ReadyPipeline {
  VkPipeline pipeline = VK_NULL_HANDLE;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  VkDescriptorSetLayout set = VK_NULL_HANDLE;
  // A format a binding: UNDEFINED where it is a storage buffer. Empty: all are. Lives as long as the store.
  std::span<const VkFormat> texels;
};
size_t texelBytes(VkFormat format);

// The pipelines of a device, by kernel, with the driver's own cache of them in a file. Safe from any thread.
class PipelineStore {
 public:
  PipelineStore(Driver driver, const DeviceRecord& record, StoreOptions options);
  // Makes what is not there. Unsupported where this build has no module of a program.
  Status compile(std::span<const gpu::KernelKey> keys);
  // Of a kernel that is compiled, in the form for this device. Lives as long as the store.
  Result<ReadyPipeline> find(const gpu::KernelKey& key) const;
  // The form without texels, made when it is first asked for.
  Result<ReadyPipeline> withoutTexels(const gpu::KernelKey& key);

  // What the self-check found, and what was measured, as they are kept in the file; none: unknown.
  std::optional<std::string> verdict() const { return verdict_; }
  void keepVerdict(const std::string& verdict);
  std::optional<gpu::GpuRates> rates() const { return rates_; }
  void keepRates(const gpu::GpuRates& rates);
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
  void readCache();
  void keep(gpu::CacheSection::Kind kind, const char* name, std::span<const std::byte> bytes);
  bool readsTexels(const gpu::KernelKey& key) const { return texels_ && gpu::hasTexelReads(key.program, key.variant); }
  Status add(const PipelineKey& key);
  Result<ReadyPipeline> ready(const PipelineKey& key) const;
  Result<const Layout*> layoutOf(const gpu::ProgramInfo& program, std::span<const VkFormat> texels);
  Result<Pipeline> make(const PipelineKey& key, VkPipelineLayout layout);
  void say(const Status& status);

  const Driver driver_;
  const bool storage8_, storage16_, texels_;
  StoreOptions options_;
  std::optional<gpu::CacheFile> file_;
  PipelineCache cache_;
  std::vector<std::byte> saved_;  // the driver's cache as the file has it
  std::optional<std::string> verdict_;
  std::optional<gpu::GpuRates> rates_;  // of an earlier process
  bool said_ = false;                   // one sentence is enough
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
