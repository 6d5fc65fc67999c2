#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "core/run/execution.h"

namespace trireme::run {

// Points are reached when the test says so.
class ManualTimeline final : public Timeline {
 public:
  bool reached(uint64_t point) const override;
  Status wait(uint64_t point, TimePoint deadline) const override;
  Times times(uint64_t) const override { return shown; }
  uint64_t add();
  void reach(uint64_t point, Status status = {});
  void reachAll();
  uint64_t added() const;

  Times shown;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t added_ = 0, reached_ = 0;
  std::vector<Status> results_;
};

// Memory of its own that the host cannot see. Copies happen at once; their points are reached by hand if `manual`.
class ManualDevice final : public Device {
 public:
  std::string_view name() const override { return "manual"; }
  const MemoryTraits& memory() const override { return traits; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override;
  Event upload(std::span<const std::byte> from, BufferView to) override;
  Event download(BufferView from, std::span<std::byte> to) override;
  Event acquire(BufferView view) override;
  Event release(BufferView view) override;
  Event done();
  static std::byte* bytes(const BufferView& view);

  MemoryTraits traits{64, SIZE_MAX, 64, false};
  std::shared_ptr<ManualTimeline> timeline = std::make_shared<ManualTimeline>();
  bool manual = false, throws = false, givesNull = false;
  size_t shortBy = 0;
  std::vector<std::string> calls;
};

// Adds 1 to every byte; what `trouble` returns, if set, is the submission's event.
class AddOne final : public CompiledPartition {
 public:
  explicit AddOne(bool onDevice) : onDevice_(onDevice) {}
  const PartitionNeeds& needs() const override { return needs_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override;

  std::function<Event()> trouble;
  std::function<Result<std::unique_ptr<BoundPartition>>()> bindTrouble;
  mutable std::vector<int> runs;  // by frame, as bound

 private:
  bool onDevice_;
  PartitionNeeds needs_;
};

class ManualDelegate final : public Delegate {
 public:
  explicit ManualDelegate(std::string name, Device& device) : device_(device) { info_.name = std::move(name); }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return device_; }
  Support supports(const Graph&, NodeId) const override { return {}; }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView&, const CompileOptions&) override {
    return Status::error(Code::Unsupported, "never");
  }

 private:
  DelegateInfo info_;
  Device& device_;
};

// cpu p0 -> upload -> device p1 -> download -> cpu p2, 16 bytes, each adding 1; by hand.
struct Line {
  Line();
  // A frame of it. The failure, if there is one.
  std::optional<SetupFailure> make(std::unique_ptr<BoundFrame>& frame, std::vector<Borrowed> borrowed = {});
  void setInput(const BoundFrame& frame, int value) const;
  int output(const BoundFrame& frame) const;

  ManualDevice device;
  std::vector<std::shared_ptr<Delegate>> delegates;  // 0: the device's, 1: the CPU's
  ExecutionPlan plan;
  AddOne first{false}, second{true}, third{false};
  std::unique_ptr<Program> program;
};

}  // namespace trireme::run
