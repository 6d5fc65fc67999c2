#include "core/frame_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/plan/steps.h"

namespace trireme::core {
namespace {

// Imports want whole pages; a block that has them serves every plan.
constexpr size_t kBlockAlignment = 4096;

size_t roundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

void copy(std::span<const std::byte> from, std::span<std::byte> to) {
  if (!from.empty() && from.data() != to.data()) std::memmove(to.data(), from.data(), from.size());
}

bool meet(std::span<const std::byte> a, std::span<const std::byte> b) {
  const std::less<const std::byte*> before;
  return !a.empty() && !b.empty() && before(a.data(), b.data() + b.size()) && before(b.data(), a.data() + a.size());
}

bool samePlace(const Slot& a, const Slot& b) { return a.arena == b.arena && a.offset == b.offset; }

// How often inputs, outputs, preserved tensors and state stand in that slot.
size_t uses(const ExecutionPlan& plan, const Slot& slot) {
  size_t count = 0;
  for (const auto* list : {&plan.inputs, &plan.outputs, &plan.preserved}) {
    count += size_t(std::ranges::count_if(*list, [&](const Slot& one) { return samePlace(one, slot); }));
  }
  for (const Commit& commit : plan.commits) count += samePlace(commit.written, slot) ? 1 : 0;
  return count;
}

bool fits(const BufferNeed& need, std::span<const std::byte> memory) {
  return need.bytes <= memory.size() && reinterpret_cast<uintptr_t>(memory.data()) % need.alignment == 0;
}

}  // namespace

bool mayTouch(const CompiledModel::Impl& model, std::span<const uint32_t> delegates, uint32_t arena) {
  const std::vector<uint32_t>& queueOf = model.program->queueOf;
  const auto listed = [&](uint32_t delegate) {
    return delegate != kHost &&
           std::ranges::any_of(delegates, [&](uint32_t one) { return queueOf[one] == queueOf[delegate]; });
  };
  for (const Step& step : model.plan.steps) {
    const auto* handover = std::get_if<HandoverStep>(&step.action);
    if (!listed(step.delegate) && !(handover && listed(handover->from))) continue;
    for (const plan::Access& access : plan::accessesOf(step)) {
      if (access.slot.arena == arena) return true;
    }
  }
  return false;
}

Result<std::shared_ptr<run::HostBlock>> fitBlock(std::shared_ptr<run::HostBlock> block, const Arena& arena) {
  if (block && block->bytes().size() >= arena.bytes && block->alignment() >= arena.alignment) return block;
  const size_t alignment = std::max(kBlockAlignment, arena.alignment);
  return run::HostBlock::create(roundUp(arena.bytes, alignment), alignment);
}

Status FrameIo::fit(const CompiledModel::Impl& model) {
  const ExecutionPlan& plan = model.plan;
  ownInputs_.resize(plan.inputs.size());
  ownOutputs_.resize(plan.outputs.size());
  TRIREME_ASSIGN(auto inputs, fitBlock(inputs_, plan.arenas[kInputArena]));
  if (inputs_ && inputs == inputs_ && inputSlots_ != plan.inputs) {  // other places: not over the old values
    TRIREME_ASSIGN(inputs, fitBlock(nullptr, plan.arenas[kInputArena]));
  }
  TRIREME_ASSIGN(auto outputs, fitBlock(outputs_, plan.arenas[kOutputArena]));
  if (inputs_ && inputs != inputs_ && inputSlots_.size() == plan.inputs.size()) {
    for (size_t i = 0; i < plan.inputs.size(); ++i) {
      const size_t bytes = std::min(inputSlots_[i].bytes, plan.inputs[i].bytes);
      copy(inputs_->bytes().subspan(inputSlots_[i].offset, bytes), inputs->bytes().subspan(plan.inputs[i].offset));
    }
  }
  if (inputs_ && inputs != inputs_) retired_.push_back(std::move(inputs_));
  if (outputs_ && outputs != outputs_) retired_.push_back(std::move(outputs_));
  inputs_ = std::move(inputs);
  outputs_ = std::move(outputs);
  inputSlots_ = plan.inputs;
  outputSlots_ = plan.outputs;
  preservedSlots_ = plan.preserved;
  return {};
}

void FrameIo::fillConstants(const CompiledModel::Impl& model) {
  for (const ConstantSlot& constant : model.plan.constants) {
    copy(model.graph.value(constant.value).constant,
         outputs_->bytes().subspan(constant.slot.offset, constant.slot.bytes));
  }
}

FrameIo::Memory FrameIo::at(const Slot& slot) const {
  for (size_t i = 0; i < inputSlots_.size(); ++i) {
    if (samePlace(inputSlots_[i], slot) && ownInputs_[i]) return ownInputs_[i]->memory;
  }
  for (size_t i = 0; i < outputSlots_.size(); ++i) {
    if (samePlace(outputSlots_[i], slot) && ownOutputs_[i] && ownOutputs_[i]->direct) return ownOutputs_[i]->memory;
  }
  const run::HostBlock& block = slot.arena == kInputArena ? *inputs_ : *outputs_;
  return block.bytes().subspan(slot.offset, slot.bytes);
}

Status FrameIo::bindInput(size_t index, Memory memory) {
  const size_t bytes = inputSlots_[index].bytes;
  if (memory.size() != bytes) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("input {} has {} bytes, the memory given {}", index, bytes, memory.size()));
  }
  ownInputs_[index] = Own{memory, false};
  return {};
}

Status FrameIo::bindOutput(size_t index, Memory memory) {
  const size_t bytes = outputSlots_[index].bytes;
  if (memory.size() != bytes) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("output {} has {} bytes, the memory given {}", index, bytes, memory.size()));
  }
  for (size_t other = 0; other < ownOutputs_.size(); ++other) {
    if (other != index && ownOutputs_[other] && meet(ownOutputs_[other]->memory, memory)) {
      return Status::error(Code::InvalidArgument, fmt::format("outputs {} and {} share memory", other, index));
    }
  }
  ownOutputs_[index] = Own{memory, false};
  return {};
}

bool FrameIo::overlapsInput(Memory memory) const {
  return std::ranges::any_of(ownInputs_,
                             [&](const std::optional<Own>& own) { return own && meet(own->memory, memory); });
}

// Only partitions in host memory, for which it is large enough and aligned, may use the caller's memory.
bool FrameIo::mayLend(const CompiledModel::Impl& model, const Slot& slot, Memory memory) const {
  if (uses(model.plan, slot) != 1 || memory.empty()) return false;
  for (const ConstantSlot& constant : model.plan.constants) {
    if (samePlace(constant.slot, slot)) return false;
  }
  for (const Step& step : model.plan.steps) {
    const auto* run = std::get_if<RunStep>(&step.action);
    if (!run) {
      for (const plan::Access& access : plan::accessesOf(step)) {
        if (samePlace(access.slot, slot)) return false;
      }
      continue;
    }
    const PartitionNeeds& needs = model.pools[run->partition]->first().needs();
    const bool host = model.program->inHostMemory[step.delegate];
    for (size_t i = 0; i < run->inputs.size(); ++i) {
      if (samePlace(run->inputs[i], slot) && !(host && fits(needs.inputs[i], memory))) return false;
    }
    for (size_t i = 0; i < run->outputs.size(); ++i) {
      if (samePlace(run->outputs[i], slot) && !(host && fits(needs.outputs[i], memory))) return false;
    }
  }
  return true;
}

std::vector<run::Borrowed> FrameIo::lend(const CompiledModel::Impl& model) {
  std::vector<run::Borrowed> lent;
  const auto consider = [&](std::optional<Own>& own, const Slot& slot, bool allowed) {
    if (!own) return;
    own->direct = allowed && mayLend(model, slot, own->memory);
    if (own->direct) lent.push_back({slot, own->memory});
  };
  for (size_t i = 0; i < ownInputs_.size(); ++i) consider(ownInputs_[i], model.plan.inputs[i], true);
  for (size_t i = 0; i < ownOutputs_.size(); ++i) {
    // Memory that is an input too keeps the input until the frame has succeeded.
    consider(ownOutputs_[i], model.plan.outputs[i], ownOutputs_[i] && !overlapsInput(ownOutputs_[i]->memory));
  }
  return lent;
}

void FrameIo::copyIn() const {
  for (size_t i = 0; i < ownInputs_.size(); ++i) {
    if (!ownInputs_[i] || ownInputs_[i]->direct) continue;
    copy(ownInputs_[i]->memory, inputs_->bytes().subspan(inputSlots_[i].offset));
  }
}

void FrameIo::copyOut() const {
  for (size_t i = 0; i < ownOutputs_.size(); ++i) {
    if (ownOutputs_[i] && !ownOutputs_[i]->direct) copy(at(outputSlots_[i]), ownOutputs_[i]->memory);
  }
}

Status FrameIo::abandon(const CompiledModel::Impl& model, std::span<const uint32_t> hung) {
  if (mayTouch(model, hung, kInputArena)) {
    TRIREME_ASSIGN(auto fresh, fitBlock(nullptr, model.plan.arenas[kInputArena]));
    copy(inputs_->bytes().first(std::min(inputs_->bytes().size(), fresh->bytes().size())), fresh->bytes());
    retired_.push_back(std::exchange(inputs_, std::move(fresh)));
  }
  if (mayTouch(model, hung, kOutputArena)) {
    TRIREME_ASSIGN(auto fresh, fitBlock(nullptr, model.plan.arenas[kOutputArena]));
    retired_.push_back(std::exchange(outputs_, std::move(fresh)));
  }
  return {};
}

}  // namespace trireme::core
