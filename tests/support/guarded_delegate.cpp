#include "tests/support/guarded_delegate.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/forwarding_delegate.h"

namespace trireme::support {
namespace {

constexpr size_t kZone = 256;  // at least; before a buffer a multiple of what the device aligns to
constexpr std::byte kFill{0xFF};

class GuardedBuffer final : public Buffer {
 public:
  // `zone` bytes before and after `bytes`; 0: none.
  GuardedBuffer(const Device& device, Device& inner, std::unique_ptr<Buffer> memory, size_t zone, size_t bytes,
                std::shared_ptr<Trespasses> trespasses)
      : device_(device),
        inner_(inner),
        memory_(std::move(memory)),
        zone_(zone),
        bytes_(bytes),
        trespasses_(std::move(trespasses)) {}
  ~GuardedBuffer() override {
    if (zone_ > 0 && inner_.health().ok()) look();
  }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_; }
  std::byte* host() noexcept override { return memory_->host() ? memory_->host() + zone_ : nullptr; }
  BufferView inner(const BufferView& view) const { return {memory_.get(), view.offset + zone_, view.size}; }

 private:
  void look() const {
    std::vector<std::byte> zone(zone_);
    for (const size_t from : {size_t{0}, zone_ + bytes_}) {
      if (!inner_.download({memory_.get(), from, zone_}, zone).wait().ok())
        return;  // a device that fails tells so itself
      const auto wrong = std::ranges::find_if(zone, [](std::byte one) { return one != kFill; });
      if (wrong == zone.end()) continue;
      const auto at = int64_t(from) + (wrong - zone.begin()) - int64_t(zone_);
      trespasses_->add(fmt::format("byte {} of a buffer of {} on '{}' was written", at, bytes_, inner_.name()));
    }
  }

  const Device& device_;
  Device& inner_;
  std::unique_ptr<Buffer> memory_;
  size_t zone_, bytes_;
  std::shared_ptr<Trespasses> trespasses_;
};

BufferView innerOf(const BufferView& view) {
  return view.buffer ? static_cast<GuardedBuffer*>(view.buffer)->inner(view) : view;
}

class GuardedDevice final : public Device {
 public:
  GuardedDevice(Device& inner, std::shared_ptr<Trespasses> trespasses)
      : inner_(inner), trespasses_(std::move(trespasses)), traits_(inner.memory()) {
    zone_ = (kZone + traits_.alignment - 1) / traits_.alignment * traits_.alignment;
    traits_.maxAllocation -= std::min(traits_.maxAllocation, 2 * zone_);
  }
  std::string_view name() const override { return inner_.name(); }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> memory, inner_.allocate(bytes + 2 * zone_));
    const std::vector<std::byte> fill(bytes + 2 * zone_, kFill);
    TRIREME_TRY(inner_.upload(fill, {memory.get(), 0, fill.size()}).wait());
    return wrap(std::move(memory), zone_, bytes);
  }
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> memory, inner_.import(host));
    return wrap(std::move(memory), 0, host.size());
  }
  Event upload(std::span<const std::byte> from, BufferView to) override { return inner_.upload(from, innerOf(to)); }
  Event download(BufferView from, std::span<std::byte> to) override { return inner_.download(innerOf(from), to); }
  Event acquire(BufferView view) override { return inner_.acquire(innerOf(view)); }
  Event release(BufferView view) override { return inner_.release(innerOf(view)); }
  Status health() const override { return inner_.health(); }

 private:
  std::unique_ptr<Buffer> wrap(std::unique_ptr<Buffer> memory, size_t zone, size_t bytes) {
    return std::make_unique<GuardedBuffer>(*this, inner_, std::move(memory), zone, bytes, trespasses_);
  }

  Device& inner_;
  std::shared_ptr<Trespasses> trespasses_;
  MemoryTraits traits_;
  size_t zone_ = kZone;
};

class GuardedPartition final : public CompiledPartition {
 public:
  explicit GuardedPartition(std::unique_ptr<CompiledPartition> inner) : inner_(std::move(inner)) {}
  const PartitionNeeds& needs() const override { return inner_->needs(); }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    std::vector<BufferView> inputs, outputs;
    std::ranges::transform(bindings.inputs, std::back_inserter(inputs), innerOf);
    std::ranges::transform(bindings.outputs, std::back_inserter(outputs), innerOf);
    return inner_->bind({inputs, outputs, innerOf(bindings.scratch)});
  }
  Status load() override { return inner_->load(); }
  void unload() noexcept override { inner_->unload(); }
  std::span<const CallInfo> calls() const override { return inner_->calls(); }

 private:
  std::unique_ptr<CompiledPartition> inner_;
};

class GuardedDelegate final : public core::ForwardingDelegate {
 public:
  GuardedDelegate(std::shared_ptr<Delegate> other, std::shared_ptr<Trespasses> trespasses)
      : ForwardingDelegate(std::move(other)), device_(inner().device(), std::move(trespasses)) {}
  Device& device() override { return device_; }
  void renew() override {}  // it stands before the first device
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    TRIREME_ASSIGN(std::unique_ptr<CompiledPartition> made, inner().compile(partition, options));
    return std::unique_ptr<CompiledPartition>(std::make_unique<GuardedPartition>(std::move(made)));
  }

 private:
  GuardedDevice device_;
};

}  // namespace

void Trespasses::add(std::string sentence) {
  const std::lock_guard lock(mutex_);
  all_.push_back(std::move(sentence));
}

std::vector<std::string> Trespasses::all() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

std::shared_ptr<Delegate> guarded(std::shared_ptr<Delegate> delegate, std::shared_ptr<Trespasses> trespasses) {
  return std::make_shared<GuardedDelegate>(std::move(delegate), std::move(trespasses));
}

}  // namespace trireme::support
