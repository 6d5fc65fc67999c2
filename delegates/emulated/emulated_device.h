#pragma once

#include <atomic>

#include "delegates/emulated/emulated_queue.h"
#include "delegates/emulated/profile.h"

namespace trireme::emulated {

// What a profile's faults count: one a device.
class FaultCounter {
 public:
  explicit FaultCounter(const Faults& faults) : faults_(faults) {}
  Status submit() { return strike(submits_, faults_.failSubmit, "submission"); }
  Status copy() { return strike(copies_, faults_.failCopy, "copy"); }
  Status compile() { return strike(compiles_, faults_.failCompile, "compilation"); }
  // Seconds that the submission just counted is late.
  double lateness() const {
    return faults_.slowSubmit != 0 && submits_ == faults_.slowSubmit ? faults_.slowSeconds : 0;
  }

 private:
  static Status strike(std::atomic<uint64_t>& count, uint64_t nth, std::string_view what);
  const Faults faults_;
  std::atomic<uint64_t> submits_{0}, copies_{0}, compiles_{0};
};

// The memory and queue of an emulated device: those of the wrapped one behind a door that the host cannot look through,
// unless the profile says that memory is shared. Profile and wrapped device outlive it.
class EmulatedDevice final : public Device {
 public:
  EmulatedDevice(const Profile& profile, std::string name, Device& wrapped, EmulationMode mode);
  std::string_view name() const override { return name_; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override;
  Event upload(std::span<const std::byte> from, BufferView to) override;
  Event download(BufferView from, std::span<std::byte> to) override;
  Event acquire(BufferView view) override;
  Event release(BufferView view) override;
  Status health() const override { return wrapped_.health(); }

  Device& wrapped() { return wrapped_; }
  EmulatedQueue& queue() { return queue_; }
  FaultCounter& faults() { return faults_; }
  // The same memory as the wrapped device sees it. Refused: a view of another device.
  Result<BufferView> inside(const BufferView& view) const;

 private:
  template <class Copy>
  Event timed(const BufferView& view, double seconds, Copy copy);

  const Profile& profile_;
  std::string name_;
  Device& wrapped_;
  MemoryTraits traits_;
  EmulatedQueue queue_;
  FaultCounter faults_;
  std::shared_ptr<std::atomic<size_t>> taken_;  // bytes
};

}  // namespace trireme::emulated
