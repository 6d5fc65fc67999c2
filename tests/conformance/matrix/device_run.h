#pragma once

#include "tests/conformance/op_case.h"
#include "trireme/trireme.h"

namespace trireme::conformance::matrix {

// One node on a delegate through the public interface alone: no passes, no planner, no other device. Every buffer is as
// large as the delegate asked for, between guard zones.
class DeviceRun {
 public:
  // Delegate and graph outlive it.
  static Result<DeviceRun> create(Delegate& delegate, const Graph& graph, Precision precision);
  // With all memory but the inputs filled with `fill` beforehand: 0xFF is NaN in every float type. Fails too where a
  // guard zone or an input was written.
  Result<std::vector<std::vector<std::byte>>> run(const std::vector<std::vector<std::byte>>& inputs, std::byte fill);

 private:
  struct Memory {
    std::unique_ptr<Buffer> buffer;
    BufferView view;
    std::vector<std::byte> image;  // of the whole buffer, on the host
  };
  explicit DeviceRun(Device& device) : device_(&device) {}
  Result<Memory> allocate(const BufferNeed& need, size_t dense) const;
  Status upload(Memory& memory, std::span<const std::byte> content, std::byte fill) const;
  // The whole buffer; fails where something outside of the view is not `fill`.
  Result<std::vector<std::byte>> download(const Memory& memory, std::byte fill) const;

  Device* device_;
  std::vector<Memory> inputs_, outputs_;
  Memory scratch_;
  std::vector<size_t> dense_;    // bytes of each output's tensor
  std::vector<bool> mayChange_;  // inputs in whose memory an output may lie
  std::unique_ptr<CompiledPartition> compiled_;
  std::unique_ptr<BoundPartition> bound_;
};

}  // namespace trireme::conformance::matrix
