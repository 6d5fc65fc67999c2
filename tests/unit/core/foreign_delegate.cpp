#include "tests/unit/core/foreign_delegate.h"

#include <array>
#include <atomic>

#include "core/forwarding_delegate.h"

namespace trireme::core {
namespace {

using calls::Foreign;

// Keeps the last events of the inner delegate, so that handing one on makes nothing new.
class ForeignTimeline final : public Timeline, public std::enable_shared_from_this<ForeignTimeline> {
 public:
  Event pass(Event inner) {
    const uint64_t point = ++last_;
    kept_[point % kept_.size()] = std::move(inner);
    return Event(shared_from_this(), point);
  }
  bool reached(uint64_t point) const override {
    const Foreign foreign;
    return at(point).ready();
  }
  Status wait(uint64_t point, TimePoint deadline) const override {
    const Foreign foreign;
    return at(point).wait(deadline);
  }
  Times times(uint64_t point) const override {
    const Foreign foreign;
    return at(point).times();
  }

 private:
  const Event& at(uint64_t point) const { return kept_[point % kept_.size()]; }
  std::array<Event, 256> kept_;  // more than one frame has steps
  std::atomic<uint64_t> last_{0};
};

class ForeignDevice final : public Device {
 public:
  ForeignDevice(Device& inner, std::shared_ptr<ForeignTimeline> timeline)
      : inner_(inner), timeline_(std::move(timeline)) {}
  std::string_view name() const override { return inner_.name(); }
  const MemoryTraits& memory() const override { return inner_.memory(); }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override { return inner_.allocate(bytes); }
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override { return inner_.import(host); }
  Event upload(std::span<const std::byte> from, BufferView to) override {
    const Foreign foreign;
    return timeline_->pass(inner_.upload(from, to));
  }
  Event download(BufferView from, std::span<std::byte> to) override {
    const Foreign foreign;
    return timeline_->pass(inner_.download(from, to));
  }
  Event acquire(BufferView view) override {
    const Foreign foreign;
    return timeline_->pass(inner_.acquire(view));
  }
  Event release(BufferView view) override {
    const Foreign foreign;
    return timeline_->pass(inner_.release(view));
  }
  Status health() const override { return inner_.health(); }

 private:
  Device& inner_;
  std::shared_ptr<ForeignTimeline> timeline_;
};

class ForeignBound final : public BoundPartition {
 public:
  ForeignBound(std::unique_ptr<BoundPartition> inner, std::shared_ptr<ForeignTimeline> timeline)
      : inner_(std::move(inner)), timeline_(std::move(timeline)) {}
  void watch(const Interruption& interruption) noexcept override { inner_->watch(interruption); }
  Event submit(TraceSink* details) override {
    const Foreign foreign;
    return timeline_->pass(inner_->submit(details));
  }

 private:
  std::unique_ptr<BoundPartition> inner_;
  std::shared_ptr<ForeignTimeline> timeline_;
};

class ForeignCompiled final : public CompiledPartition {
 public:
  ForeignCompiled(std::unique_ptr<CompiledPartition> inner, std::shared_ptr<ForeignTimeline> timeline)
      : inner_(std::move(inner)), timeline_(std::move(timeline)) {}
  const PartitionNeeds& needs() const override { return inner_->needs(); }
  std::span<const CallInfo> calls() const override { return inner_->calls(); }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    TRIREME_ASSIGN(std::unique_ptr<BoundPartition> inner, inner_->bind(bindings));
    return std::unique_ptr<BoundPartition>(std::make_unique<ForeignBound>(std::move(inner), timeline_));
  }

 private:
  std::unique_ptr<CompiledPartition> inner_;
  std::shared_ptr<ForeignTimeline> timeline_;
};

class ForeignDelegate final : public ForwardingDelegate {
 public:
  explicit ForeignDelegate(std::shared_ptr<Delegate> other)
      : ForwardingDelegate(std::move(other)),
        timeline_(std::make_shared<ForeignTimeline>()),
        device_(inner().device(), timeline_) {}
  Device& device() override { return device_; }
  void renew() override {}  // it stands before the first device
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    TRIREME_ASSIGN(std::unique_ptr<CompiledPartition> made, inner().compile(partition, options));
    return std::unique_ptr<CompiledPartition>(std::make_unique<ForeignCompiled>(std::move(made), timeline_));
  }

 private:
  std::shared_ptr<ForeignTimeline> timeline_;
  ForeignDevice device_;
};

}  // namespace

std::shared_ptr<Delegate> foreignDelegate(std::shared_ptr<Delegate> inner) {
  return std::make_shared<ForeignDelegate>(std::move(inner));
}

}  // namespace trireme::core
