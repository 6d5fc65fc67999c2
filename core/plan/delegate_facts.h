#pragma once

#include "trireme/plan.h"

namespace trireme::plan {

// What planning knows of a delegate, read once. Nothing in this room asks the delegate again.
struct DelegateFacts {
  std::string name;
  MemoryTraits memory;
  DeviceRates rates;
  PartitionLimits limits;
  bool inHostMemory = true;
  uint32_t space = kHost;  // kHost, or the first delegate of the same device
  uint32_t queue = 0;      // the first delegate that shares its in-order queue
  Status usable;           // why it can take nothing: lost, hung, or facts that cannot be
};

// In the order of the delegates, which is the order of preference; the last one is the CPU.
std::vector<DelegateFacts> gatherFacts(std::span<const std::shared_ptr<Delegate>> delegates);

// "fake, cpu", for messages.
std::string namesOf(std::span<const DelegateFacts> facts);
// The first delegate of that name; none: InvalidArgument that lists what exists, led by `who` asks.
Result<uint32_t> findDelegate(std::span<const DelegateFacts> facts, std::string_view name, std::string_view who);

}  // namespace trireme::plan
