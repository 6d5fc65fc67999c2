#include "core/plan/delegate_facts.h"

#include <fmt/format.h>

#include <bit>
#include <exception>

namespace trireme::plan {
namespace {

Status checkTraits(const DelegateFacts& facts) {
  const MemoryTraits& memory = facts.memory;
  if (!std::has_single_bit(memory.alignment)) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("its memory's alignment is {}, not a power of two", memory.alignment));
  }
  if (memory.importAlignment != 0 && !std::has_single_bit(memory.importAlignment)) {
    return Status::error(
        Code::InvalidArgument,
        fmt::format("its alignment of imported memory is {}, not a power of two", memory.importAlignment));
  }
  if (memory.maxAllocation == 0) return Status::error(Code::InvalidArgument, "its largest allocation is 0 bytes");
  return {};
}

DelegateFacts readFacts(std::span<const std::shared_ptr<Delegate>> delegates, uint32_t number) {
  Delegate& delegate = *delegates[number];
  const DelegateInfo& info = delegate.info();
  Device& device = delegate.device();
  DelegateFacts facts{info.name, device.memory(), info.rates, info.limits, &device == &hostDevice(), kHost, number, {}};
  if (!facts.inHostMemory) {
    uint32_t first = 0;
    while (&delegates[first]->device() != &device) ++first;
    facts.space = facts.queue = first;
  }
  facts.usable = checkTraits(facts);
  if (const Status health = device.health(); facts.usable.ok() && !health.ok()) facts.usable = health;
  return facts;
}

}  // namespace

std::vector<DelegateFacts> gatherFacts(std::span<const std::shared_ptr<Delegate>> delegates) {
  std::vector<DelegateFacts> facts;
  for (uint32_t i = 0; i < delegates.size(); ++i) {
    try {
      facts.push_back(readFacts(delegates, i));
    } catch (const std::exception& thrown) {
      facts.push_back({fmt::format("delegate {}", i), {}, {}, {}, true, kHost, i, {}});
      facts.back().usable =
          Status::error(Code::Internal, fmt::format("it threw while describing itself: {}", thrown.what()));
    }
  }
  return facts;
}

std::string namesOf(std::span<const DelegateFacts> facts) {
  std::string names;
  for (const DelegateFacts& one : facts) names += (names.empty() ? "" : ", ") + one.name;
  return names;
}

Result<uint32_t> findDelegate(std::span<const DelegateFacts> facts, std::string_view name, std::string_view who) {
  for (uint32_t i = 0; i < facts.size(); ++i) {
    if (facts[i].name == name) return i;
  }
  return Status::error(Code::InvalidArgument,
                       fmt::format("{}: there is no delegate '{}'; there are: {}", who, name, namesOf(facts)));
}

}  // namespace trireme::plan
