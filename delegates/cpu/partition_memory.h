#pragma once

#include <functional>

#include "trireme/delegate.h"

namespace trireme::cpu {

// Where a value of a partition lies.
struct Place {
  enum class Kind : uint8_t { Absent, Constant, Input, Output, Inner };
  Kind kind = Kind::Absent;
  uint32_t index = 0;  // of the partition's input or output
  size_t offset = 0;   // Inner: in scratch
  const std::byte* constant = nullptr;
};
// What the planner of a partition's memory must know of a call.
struct CallShape {
  std::span<const ValueId> inputs, outputs;
  bool inPlace = false, isView = false;
};
struct PartitionMemory {
  std::vector<Place> places;       // by value id
  std::vector<bool> callIsElided;  // a view whose output shares its input's bytes
  size_t innerBytes = 0;           // at the start of scratch
  std::vector<InPlace> inPlace;    // pairs that are safe
};

// Lays out the inner values of a partition: each lives from the call that writes it to the last that reads it; views
// and in-place calls share memory; the rest is placed greedily by size.
Result<PartitionMemory> planPartitionMemory(const PartitionView& partition, std::span<const CallShape> calls);

}  // namespace trireme::cpu
