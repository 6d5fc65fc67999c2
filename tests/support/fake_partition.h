#pragma once

#include "kernels/reference/evaluate.h"
#include "tests/support/fake_device.h"

namespace trireme::fake {

// Where a value of a partition lies when it runs.
struct Place {
  enum class Kind : uint8_t { Absent, Constant, Input, Output, Scratch };
  Kind kind = Kind::Absent;
  size_t number = 0;  // of the input, output or constant; the offset in scratch
  size_t bytes = 0;
};
struct FakeCall {
  std::string what;  // "node 3 CONV_2D"
  reference::Prepared prepared;
  std::vector<Place> inputs, outputs;
  size_t scratchAt = 0;
};
// Copies from scratch to an output at the end, where outputs may share memory with inputs.
struct Ending {
  Place from;
  size_t output = 0;
};

// A run of nodes, each by its reference kernel, on the device's thread and memory.
class FakePartition final : public CompiledPartition {
 public:
  static Result<std::unique_ptr<CompiledPartition>> create(const PartitionView& view, const FakeOptions& options,
                                                           FakeDevice& device, std::shared_ptr<Script> script);
  ~FakePartition() override;
  const PartitionNeeds& needs() const override { return needs_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override;
  std::span<const CallInfo> calls() const override { return infos_; }

  void spoilNeeds();  // a lie: one need too few
  struct Program {
    std::vector<FakeCall> calls;
    std::vector<Ending> endings;
    std::vector<std::vector<std::byte>> constants;
    size_t overruns = 0;
    bool answersWrong = false;
  };

 private:
  FakePartition(FakeDevice& device, std::shared_ptr<Script> script);
  Status checkBindings(const Bindings& bindings) const;

  FakeDevice& device_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<const Program> program_;
  PartitionNeeds needs_;
  std::vector<CallInfo> infos_;
  std::shared_ptr<std::atomic<int>> bound_;
};

}  // namespace trireme::fake
