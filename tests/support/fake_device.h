#pragma once

#include "tests/support/fake_memory.h"
#include "tests/support/fake_timeline.h"

namespace trireme::fake {

struct FakeOptions {
  std::string name = "fake";
  bool asynchronous = true;
  MemoryTraits memory;  // importAlignment set: it imports host memory
  size_t totalBytes = SIZE_MAX;
  FakeClock clock;
  std::array<std::chrono::microseconds, kCallCount> delays{};  // before work of that kind starts

  std::vector<OpKind> operators;    // empty: all that the reference kernels have
  std::vector<DataType> dataTypes;  // of a node's inputs and outputs; empty: all
  std::vector<OpKind> turnedDown;   // yes to the query, refused when compiled
  bool saysYesToAll = false;        // also to what it cannot do
  PartitionLimits limits;
  DeviceRates rates{1e10, 1e10, 1e-6, 1e10, 1e-6};
  int maxBound = 0;
  bool offersInPlace = false;  // every output may lie in every input that is large enough
  size_t alignment = 64;       // of inputs, outputs and scratch
  bool answersWrong = false;   // flips a bit in the first byte of every output
  size_t overruns = 0;         // bytes that it spoils behind each of its outputs, as far as its memory goes
};

// Memory that the host cannot see and an in-order queue, with everything counted and everything able to fail.
class FakeDevice final : public Device {
 public:
  FakeDevice(const FakeOptions& options, std::shared_ptr<Script> script);
  std::string_view name() const override { return options_.name; }
  const MemoryTraits& memory() const override { return options_.memory; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override;
  Result<std::unique_ptr<Buffer>> import(std::span<std::byte> host) override;
  Event upload(std::span<const std::byte> from, BufferView to) override;
  Event download(BufferView from, std::span<std::byte> to) override;
  Event acquire(BufferView view) override;
  Event release(BufferView view) override;
  Status health() const override;

  // For its partitions: counts the call, puts `work` in the queue with the trouble and delay planned for it.
  Event push(Call call, size_t bytes, std::function<Status()> work);
  const FakeQueue& queue() const { return queue_; }

 private:
  Status checkImport(std::span<std::byte> host) const;
  Event handOver(Call call, const BufferView& view);

  FakeOptions options_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<std::atomic<size_t>> total_;
  FakeQueue queue_;
};

}  // namespace trireme::fake
