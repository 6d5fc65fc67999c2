#pragma once

#include "delegates/opencl/executable.h"
#include "delegates/opencl/limits.h"
#include "delegates/opencl/staging.h"

namespace trireme::opencl {

struct DeviceOptions {
  std::filesystem::path cacheFolder, logFile;  // as in DeviceCacheOptions and StoreOptions
  std::function<void(std::string_view)> log;   // may be empty
  bool selfCheck = true;                       // a small computation is compared with the host before first use
  // Work that takes longer counts as hung; timed runs and the self-check, in which drivers compile, have six times as
  // long.
  std::chrono::nanoseconds patience = std::chrono::seconds(10);
  size_t stagingBytes = Staging::kBytes;  // of a device with memory of its own
};

// An OpenCL device with a context and an in-order queue. Lost: it takes no work any more, and what it has is still
// given back. Hung: what the driver may still use stays, on purpose.
class OpenClDevice final : public gpu::GpuDevice {
 public:
  // The table outlives it. DeviceLost when the self-check found wrong results.
  static Result<std::unique_ptr<OpenClDevice>> create(const Api& api, const DeviceRecord& record,
                                                      const DeviceOptions& options);
  ~OpenClDevice() override;

  std::string_view name() const override { return name_; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override;
  Event upload(std::span<const std::byte> from, BufferView to) override;
  Event download(BufferView from, std::span<std::byte> to) override;
  Event acquire(BufferView view) override;
  Event release(BufferView view) override;
  Status health() const override { return queue_->health(); }

  const gpu::GpuLimits& limits() const override { return limits_; }
  Status compile(std::span<const gpu::KernelKey> kernels) override;
  Result<std::unique_ptr<gpu::GpuExecutable>> build(const gpu::DispatchList& list,
                                                    std::span<const BufferView> buffers) override;
  std::optional<gpu::GpuRates> keptRates() override { return cache_->rates(); }
  void keepRates(const gpu::GpuRates& rates) override { cache_->keepRates(rates); }

 private:
  OpenClDevice(const Api& api, const DeviceRecord& record, const gpu::Quirks& quirks,
               std::chrono::nanoseconds longPatience);
  Result<ClBuffer*> mine(const BufferView& view) const;
  template <class HandOver>
  Event handOver(std::string_view what, const BufferView& view, HandOver hand);

  const Api& api_;
  std::string name_;
  uint32_t flushEvery_;
  std::chrono::nanoseconds longPatience_;
  gpu::GpuLimits limits_;
  MemoryTraits traits_;
  Context context_;
  std::unique_ptr<ClQueue> queue_;
  std::unique_ptr<Staging> staging_;  // none: the host's memory is the device's, or none was to be had
  std::unique_ptr<gpu::DeviceCache> cache_;
  std::unique_ptr<ProgramStore> programs_;
};

}  // namespace trireme::opencl
