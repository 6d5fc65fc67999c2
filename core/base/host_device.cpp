#include <cstring>
#include <new>
#include <string>

#include "trireme/device.h"

namespace trireme {
namespace {

constexpr std::align_val_t kAlignment{64};

struct Aligned {
  void operator()(std::byte* bytes) const { ::operator delete[](bytes, kAlignment); }
};

class HostBuffer final : public Buffer {
 public:
  HostBuffer(const Device& device, std::byte* owned, std::span<std::byte> bytes)
      : device_(device), owned_(owned), bytes_(bytes) {}
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_.size(); }
  std::byte* host() noexcept override { return bytes_.data(); }

 private:
  const Device& device_;
  std::unique_ptr<std::byte, Aligned> owned_;  // null: imported, the caller's
  std::span<std::byte> bytes_;
};

// The memory that every CPU partition works in. Copies happen at once, in the caller's thread.
class HostDevice final : public Device {
 public:
  std::string_view name() const override { return "host"; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override {
    auto* memory = static_cast<std::byte*>(::operator new[](bytes == 0 ? 1 : bytes, kAlignment, std::nothrow));
    if (!memory) return Status::error(Code::OutOfMemory, "the host has no " + std::to_string(bytes) + " bytes left");
    return std::unique_ptr<Buffer>(std::make_unique<HostBuffer>(*this, memory, std::span(memory, bytes)));
  }
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override {
    return std::unique_ptr<Buffer>(std::make_unique<HostBuffer>(*this, nullptr, host));
  }
  Event upload(std::span<const std::byte> from, BufferView to) override {
    if (from.size() > to.size) return tooLarge("upload", from.size(), to.size);
    if (!from.empty()) std::memmove(to.host(), from.data(), from.size());
    return {};
  }
  Event download(BufferView from, std::span<std::byte> to) override {
    if (from.size > to.size()) return tooLarge("download", from.size, to.size());
    if (from.size > 0) std::memmove(to.data(), from.host(), from.size);
    return {};
  }

 private:
  static Event tooLarge(const char* what, size_t from, size_t to) {
    return Event::failed(Status::error(Code::InvalidArgument, std::string(what) + " of " + std::to_string(from) +
                                                                  " bytes into " + std::to_string(to)));
  }
  MemoryTraits traits_{.alignment = 64, .maxAllocation = SIZE_MAX, .importAlignment = 1, .hostVisible = true};
};

}  // namespace

Result<std::unique_ptr<Buffer>> Device::import(std::span<std::byte>) {
  return Status::error(Code::Unsupported, "device '" + std::string(name()) + "' cannot import host memory");
}

Device& hostDevice() {
  static HostDevice device;
  return device;
}

}  // namespace trireme
