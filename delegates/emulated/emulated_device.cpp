#include "delegates/emulated/emulated_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "delegates/emulated/cost_model.h"

namespace trireme::emulated {
namespace {

class EmulatedBuffer final : public Buffer {
 public:
  EmulatedBuffer(const Device& device, std::unique_ptr<Buffer> wrapped, bool shared,
                 std::shared_ptr<std::atomic<size_t>> taken, size_t bytes)
      : device_(device), wrapped_(std::move(wrapped)), shared_(shared), taken_(std::move(taken)), bytes_(bytes) {}
  ~EmulatedBuffer() override {
    if (taken_) *taken_ -= bytes_;
  }
  const Device& device() const override { return device_; }
  size_t size() const override { return wrapped_->size(); }
  std::byte* host() noexcept override { return shared_ ? wrapped_->host() : nullptr; }
  Buffer& wrapped() const { return *wrapped_; }

 private:
  const Device& device_;
  std::unique_ptr<Buffer> wrapped_;
  bool shared_;
  std::shared_ptr<std::atomic<size_t>> taken_;  // null: imported
  size_t bytes_;
};

MemoryTraits traitsOf(const Profile& profile, const MemoryTraits& wrapped) {
  MemoryTraits traits = wrapped;
  traits.maxAllocation = std::min(wrapped.maxAllocation, profile.memory.bytes);
  traits.hostVisible = profile.memory.shared && wrapped.hostVisible;
  if (!profile.memory.shared) traits.importAlignment = 0;
  return traits;
}

}  // namespace

Status FaultCounter::strike(std::atomic<uint64_t>& count, uint64_t nth, std::string_view what) {
  const uint64_t number = ++count;
  if (nth == 0 || number != nth) return {};
  return Status::error(Code::DeviceLost, fmt::format("the profile lets {} {} fail", what, number));
}

EmulatedDevice::EmulatedDevice(const Profile& profile, std::string name, Device& wrapped, EmulationMode mode)
    : profile_(profile),
      name_(std::move(name)),
      wrapped_(wrapped),
      traits_(traitsOf(profile, wrapped.memory())),
      queue_(mode),
      faults_(profile.faults),
      taken_(std::make_shared<std::atomic<size_t>>(0)) {}

Result<std::unique_ptr<Buffer>> EmulatedDevice::allocate(size_t bytes) {
  const size_t before = taken_->fetch_add(bytes);
  if (before > profile_.memory.bytes || bytes > profile_.memory.bytes - before) {
    *taken_ -= bytes;
    return Status::error(Code::OutOfMemory,
                         fmt::format("the profile has {} bytes of memory, {} are taken, {} are asked for",
                                     profile_.memory.bytes, before, bytes));
  }
  auto made = wrapped_.allocate(bytes);
  if (!made.ok() || !made.value()) {
    *taken_ -= bytes;
    return made;
  }
  return std::unique_ptr<Buffer>(
      std::make_unique<EmulatedBuffer>(*this, std::move(made).value(), profile_.memory.shared, taken_, bytes));
}

Result<std::unique_ptr<Buffer>> EmulatedDevice::import(std::span<std::byte> host) {
  if (traits_.importAlignment == 0) return Device::import(host);
  auto made = wrapped_.import(host);
  if (!made.ok() || !made.value()) return made;
  return std::unique_ptr<Buffer>(std::make_unique<EmulatedBuffer>(*this, std::move(made).value(), true, nullptr, 0));
}

Result<BufferView> EmulatedDevice::inside(const BufferView& view) const {
  if (!view.buffer) return BufferView();
  if (&view.buffer->device() != this) {
    return Status::error(Code::InvalidArgument, fmt::format("memory of another device was given to '{}'", name_));
  }
  return BufferView{&static_cast<const EmulatedBuffer&>(*view.buffer).wrapped(), view.offset, view.size};
}

template <class Copy>
Event EmulatedDevice::timed(const BufferView& view, double seconds, Copy copy) {
  if (Status fault = faults_.copy(); !fault.ok()) return Event::failed(std::move(fault));
  const auto wrappedView = inside(view);
  if (!wrappedView.ok()) return Event::failed(wrappedView.status());
  const TimePoint queued = base::now();
  return queue_.place(queued, seconds, copy(wrappedView.value())).event;
}

Event EmulatedDevice::upload(std::span<const std::byte> from, BufferView to) {
  return timed(to, copySeconds(profile_, from.size()),
               [&](const BufferView& view) { return wrapped_.upload(from, view); });
}

Event EmulatedDevice::download(BufferView from, std::span<std::byte> to) {
  return timed(from, copySeconds(profile_, from.size),
               [&](const BufferView& view) { return wrapped_.download(view, to); });
}

Event EmulatedDevice::acquire(BufferView view) {
  return timed(view, profile_.perf.copySeconds, [&](const BufferView& inner) { return wrapped_.acquire(inner); });
}

Event EmulatedDevice::release(BufferView view) {
  return timed(view, profile_.perf.copySeconds, [&](const BufferView& inner) { return wrapped_.release(inner); });
}

}  // namespace trireme::emulated
