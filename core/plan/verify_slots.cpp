#include <fmt/format.h>

#include <algorithm>

#include "core/plan/plan_verifier.h"

namespace trireme::plan {
namespace {

Status broken(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

Status checkArena(const VerifierInput& input, uint32_t number) {
  const Arena& arena = input.plan.arenas[number];
  for (uint32_t user : arena.users) {
    if (user >= input.facts.size()) return broken(fmt::format("arena {} is used by delegate {}", number, user));
    const MemoryTraits& memory = input.facts[user].memory;
    if (arena.bytes > memory.maxAllocation) {
      return broken(fmt::format("arena {} has {} bytes, '{}' takes {} at most", number, arena.bytes,
                                input.facts[user].name, memory.maxAllocation));
    }
    if (arena.home == Arena::Home::Device) continue;
    if (memory.importAlignment == 0) {
      return broken(fmt::format("arena {} is imported by '{}', which cannot", number, input.facts[user].name));
    }
    if (arena.bytes % memory.importAlignment != 0 || arena.alignment % memory.importAlignment != 0) {
      return broken(fmt::format("arena {} has {} bytes aligned to {}, '{}' imports multiples of {}", number,
                                arena.bytes, arena.alignment, input.facts[user].name, memory.importAlignment));
    }
  }
  if (arena.home == Arena::Home::Device && arena.users.size() != 1) {
    return broken(fmt::format("arena {} lies on a device and has {} users", number, arena.users.size()));
  }
  return {};
}

class SlotChecker {
 public:
  explicit SlotChecker(const VerifierInput& input) : input_(input) {}

  // Slots of partitions and copies: memory that `delegate` (kHost: the host) can reach.
  Status check(const Slot& slot, uint32_t delegate, const BufferNeed& need) const {
    if (slot.arena >= input_.plan.arenas.size()) return broken(fmt::format("a slot lies in arena {}", slot.arena));
    const Arena& arena = input_.plan.arenas[slot.arena];
    if (slot.offset > arena.bytes || arena.bytes - slot.offset < slot.bytes) {
      return broken(fmt::format("a slot of {} bytes at {} leaves arena {} of {}", slot.bytes, slot.offset, slot.arena,
                                arena.bytes));
    }
    if (slot.bytes < need.bytes) return broken(fmt::format("a slot of {} bytes, needed {}", slot.bytes, need.bytes));
    if (slot.offset % need.alignment != 0 || arena.alignment % need.alignment != 0) {
      return broken(fmt::format("a slot at {} in arena {} aligned to {} is not aligned to {}", slot.offset, slot.arena,
                                arena.alignment, need.alignment));
    }
    return reachable(arena, slot.arena, delegate);
  }

  Status checkRun(const Step& step, const RunStep& run) const {
    const PlannedPartition& partition = input_.plan.partitions[run.partition];
    const PartitionNeeds& needs = *input_.needs[run.partition];
    if (step.delegate != partition.delegate) {
      return broken(fmt::format("partition {} runs on delegate {}", run.partition, step.delegate));
    }
    if (run.inputs.size() != needs.inputs.size() || run.outputs.size() != needs.outputs.size()) {
      return broken(fmt::format("partition {} runs with {} inputs and {} outputs", run.partition, run.inputs.size(),
                                run.outputs.size()));
    }
    for (size_t i = 0; i < run.inputs.size(); ++i) TRIREME_TRY(check(run.inputs[i], step.delegate, needs.inputs[i]));
    for (size_t i = 0; i < run.outputs.size(); ++i) TRIREME_TRY(check(run.outputs[i], step.delegate, needs.outputs[i]));
    return needs.scratch.bytes == 0 ? Status() : check(run.scratch, step.delegate, needs.scratch);
  }

  Status checkCopy(ValueId value, const Slot& from, uint32_t giver, const Slot& to, uint32_t taker) const {
    if (index(value) >= input_.graph.values().size()) return broken(fmt::format("a copy of value {}", index(value)));
    TRIREME_ASSIGN(const size_t bytes, byteSize(input_.graph.value(value).type));
    if (from.bytes != bytes || to.bytes != bytes) {
      return broken(fmt::format("a copy of '{}' moves {} bytes into {}, it has {}", input_.graph.value(value).name,
                                from.bytes, to.bytes, bytes));
    }
    TRIREME_TRY(check(from, giver, {}));
    return check(to, taker, {});
  }

 private:
  Status reachable(const Arena& arena, uint32_t number, uint32_t delegate) const {
    const uint32_t space = delegate == kHost ? kHost : input_.facts[delegate].space;
    const bool uses = std::ranges::find(arena.users, space) != arena.users.end();
    if (space == kHost ? arena.home == Arena::Home::Host : uses) return {};
    return broken(fmt::format("arena {} is used by {}, which cannot reach it", number,
                              space == kHost ? "the host" : input_.facts[delegate].name));
  }

  const VerifierInput& input_;
};

Status checkStep(const VerifierInput& input, const Step& step) {
  const SlotChecker slots(input);
  if (step.delegate >= input.facts.size()) return broken(fmt::format("it belongs to delegate {}", step.delegate));
  if (const auto* run = std::get_if<RunStep>(&step.action)) return slots.checkRun(step, *run);
  if (const auto* copy = std::get_if<UploadStep>(&step.action)) {
    return slots.checkCopy(copy->value, copy->from, kHost, copy->to, step.delegate);
  }
  if (const auto* copy = std::get_if<DownloadStep>(&step.action)) {
    return slots.checkCopy(copy->value, copy->from, step.delegate, copy->to, kHost);
  }
  const auto* handover = std::get_if<HandoverStep>(&step.action);
  if (!handover) return broken("it loads or unloads a partition, which no plan does");
  if (handover->from == handover->to) return broken("it hands memory to its owner");
  for (uint32_t end : {handover->from, handover->to}) {
    if (end != kHost && end >= input.facts.size()) return broken(fmt::format("it names delegate {}", end));
  }
  TRIREME_TRY(slots.checkCopy(handover->value, handover->slot, handover->from, handover->slot, handover->to));
  return slots.check(handover->slot, kHost, {});
}

Status checkEnds(const VerifierInput& input) {
  const ExecutionPlan& plan = input.plan;
  if (plan.inputs.size() != input.graph.inputs().size() || plan.outputs.size() != input.graph.outputs().size()) {
    return broken(fmt::format("it has {} inputs and {} outputs, the graph {} and {}", plan.inputs.size(),
                              plan.outputs.size(), input.graph.inputs().size(), input.graph.outputs().size()));
  }
  if (plan.preserved.size() != input.preserved.size()) {
    return broken(fmt::format("it preserves {} tensors of {}", plan.preserved.size(), input.preserved.size()));
  }
  const SlotChecker slots(input);
  for (const Slot& slot : plan.inputs) TRIREME_TRY(slots.check(slot, kHost, {}));
  for (const Slot& slot : plan.outputs) TRIREME_TRY(slots.check(slot, kHost, {}));
  for (const Slot& slot : plan.preserved) TRIREME_TRY(slots.check(slot, kHost, {}));
  for (const ConstantSlot& constant : plan.constants) TRIREME_TRY(slots.check(constant.slot, kHost, {}));
  for (const Commit& commit : plan.commits) {
    TRIREME_TRY(slots.check(commit.written, kHost, {}));
    TRIREME_TRY(slots.check(commit.kept, kHost, {}));
    if (commit.written.bytes != commit.kept.bytes) return broken("a state's old and new value differ in size");
  }
  return {};
}

}  // namespace

Status verifySlots(const VerifierInput& input) {
  for (uint32_t a = 0; a < input.plan.arenas.size(); ++a) TRIREME_TRY(checkArena(input, a));
  if (input.plan.arenas.size() <= kOutputArena) return broken("it lacks the arenas of inputs and outputs");
  if (!input.plan.arenas[kInputArena].users.empty()) return broken("a device imports the inputs");
  for (uint32_t s = 0; s < input.plan.steps.size(); ++s) {
    if (Status status = checkStep(input, input.plan.steps[s]); !status.ok()) {
      return status.during(fmt::format("step {}", s));
    }
  }
  return checkEnds(input);
}

}  // namespace trireme::plan
