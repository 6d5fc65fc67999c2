#pragma once

#include "delegates/vulkan/copies.h"
#include "delegates/vulkan/executable.h"

namespace trireme::vulkan {

struct DeviceOptions {
  std::filesystem::path cacheFolder;          // as in DeviceCacheOptions
  std::function<void(std::string_view)> log;  // may be empty
  bool selfCheck = true;                      // a small computation is compared with the host before first use
  // In place of the device's own: its program in the language's own words runs on any device. For tests.
  std::optional<gpu::MatrixUnit> matrixUnit;
  // Work that takes longer counts as hung; timed runs and the self-check, in which drivers compile, have six times as
  // long.
  std::chrono::nanoseconds patience = std::chrono::seconds(10);
};

// A Vulkan device with one queue. Lost: it takes no work any more, and what it has is still given back. Hung: what the
// driver may still use stays, on purpose.
class VulkanDevice final : public gpu::GpuDevice {
 public:
  // DeviceLost when the self-check found wrong results.
  static Result<std::unique_ptr<VulkanDevice>> create(std::shared_ptr<const Instance> instance,
                                                      const DeviceRecord& record, const DeviceOptions& options);
  ~VulkanDevice() override;

  std::string_view name() const override { return record_.name; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override;
  Event upload(std::span<const std::byte> from, BufferView to) override;
  Event download(BufferView from, std::span<std::byte> to) override;
  // What the host wrote is seen by every submission after it, and what a submission wrote by the host once it is done.
  Event acquire(BufferView view) override;
  Event release(BufferView view) override;
  Status health() const override { return queue_->health(); }

  const gpu::GpuLimits& limits() const override { return limits_; }
  std::optional<gpu::GpuRates> keptRates() override { return cache_->rates(); }
  void keepRates(const gpu::GpuRates& rates) override { cache_->keepRates(rates); }
  Status compile(std::span<const gpu::KernelKey> kernels) override;
  Result<std::unique_ptr<gpu::GpuExecutable>> build(const gpu::DispatchList& list,
                                                    std::span<const BufferView> buffers) override;

 private:
  // A VkDevice with all that belongs to it.
  class Logical {
   public:
    static Result<std::unique_ptr<Logical>> create(const Api& api, const DeviceRecord& record);
    ~Logical();
    Logical(const Logical&) = delete;
    Logical& operator=(const Logical&) = delete;
    Driver driver() const { return {&api_, device_}; }
    void leak() { device_ = nullptr; }

   private:
    explicit Logical(const Api& api) : api_(api) {}
    const Api& api_;
    VkDevice device_ = nullptr;
  };

  VulkanDevice(std::shared_ptr<const Instance> instance, const DeviceRecord& record, const gpu::Quirks& quirks,
               std::chrono::nanoseconds longPatience);
  Status checkProducts(const std::function<void(std::string_view)>& log);
  Result<VulkanBuffer*> mine(const BufferView& view) const;

  std::shared_ptr<const Instance> instance_;
  const DeviceRecord record_;
  const std::chrono::nanoseconds longPatience_;
  gpu::GpuLimits limits_;  // what computes wrongly is taken away before anybody else sees them
  const MemoryTraits traits_;
  MemoryKinds kinds_;
  std::unique_ptr<Logical> logical_;
  std::unique_ptr<VulkanQueue> queue_;
  std::unique_ptr<Copies> copies_;
  std::unique_ptr<gpu::DeviceCache> cache_;
  std::unique_ptr<PipelineStore> pipelines_;
};

}  // namespace trireme::vulkan
