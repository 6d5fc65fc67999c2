#pragma once

#include "core/run/frame_memory.h"

namespace trireme::run {

// A step with everything found that it needs: pointers instead of slots.
struct ReadyStep {
  enum class Kind : uint8_t { Run, Upload, Download, Handover, Nothing };
  Kind kind = Kind::Nothing;
  uint32_t delegate = 0;
  BoundPartition* bound = nullptr;
  Device* device = nullptr;   // of a copy
  std::span<std::byte> host;  // the host's end of a copy
  BufferView view;            // the device's end of a copy
  Device* giver = nullptr;    // of a hand-over; null: the host
  Device* taker = nullptr;    // of a hand-over; null: the host
  BufferView given, taken;    // as giver and taker see it
  uint32_t giverDelegate = kHost;
  size_t bytes = 0;
};

// The memory of one frame with every partition bound to it. Program and compiled partitions outlive it.
class BoundFrame {
 public:
  // `compiled`: the partition to bind, for each of the plan.
  static std::optional<SetupFailure> create(const Program& program, std::span<const CompiledPartition* const> compiled,
                                            std::vector<std::shared_ptr<HostBlock>> given,
                                            std::vector<Borrowed> borrowed, std::unique_ptr<BoundFrame>& frame);
  const Program& program() const { return program_; }
  const FrameMemory& memory() const { return *memory_; }
  std::span<const ReadyStep> steps() const { return steps_; }
  void commit() const;  // state takes its place

 private:
  explicit BoundFrame(const Program& program) : program_(program) {}
  std::optional<SetupFailure> bind(const Step& step, const RunStep& run, const CompiledPartition& compiled);
  ReadyStep ready(const Step& step);

  const Program& program_;
  std::unique_ptr<FrameMemory> memory_;
  std::vector<std::unique_ptr<BoundPartition>> bound_;  // by partition; gone before the memory
  std::vector<ReadyStep> steps_;
};

}  // namespace trireme::run
