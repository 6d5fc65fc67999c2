#include "core/state_memory.h"

#include <algorithm>
#include <cstring>

namespace trireme::core {
namespace {

std::optional<uint32_t> stateArena(const ExecutionPlan& plan) {
  for (uint32_t a = 0; a < plan.arenas.size(); ++a) {
    if (plan.arenas[a].lifetime == Arena::Lifetime::Interpreter) return a;
  }
  return std::nullopt;
}

}  // namespace

Status StateMemory::fit(const CompiledModel::Impl& model) {
  const auto arena = stateArena(model.plan);
  if (!arena) return {};
  std::vector<Slot> slots;
  for (const Commit& commit : model.plan.commits) slots.push_back(commit.kept);
  TRIREME_ASSIGN(auto block, fitBlock(slots == slots_ ? block_ : nullptr, model.plan.arenas[*arena]));
  if (block == block_) return {};
  const auto old = std::exchange(block_, std::move(block));
  const std::vector<Slot> oldSlots = std::exchange(slots_, std::move(slots));
  if (!old || oldSlots.size() != slots_.size()) {
    reset(model);
    return {};
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    const auto from = old->bytes().subspan(oldSlots[i].offset, std::min(oldSlots[i].bytes, slots_[i].bytes));
    if (!from.empty()) std::memcpy(block_->bytes().data() + slots_[i].offset, from.data(), from.size());
  }
  return {};
}

void StateMemory::reset(const CompiledModel::Impl& model) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    const std::span<const std::byte> initial = model.graph.state()[i].initial;
    const std::span<std::byte> to = block_->bytes().subspan(slots_[i].offset, slots_[i].bytes);
    std::ranges::fill(to, std::byte(0));
    std::ranges::copy(initial.first(std::min(initial.size(), to.size())), to.begin());
  }
}

Status StateMemory::abandon(const CompiledModel::Impl& model, std::span<const uint32_t> hung) {
  const auto arena = stateArena(model.plan);
  if (!arena || !mayTouch(model, hung, *arena)) return {};
  TRIREME_ASSIGN(auto fresh, fitBlock(nullptr, model.plan.arenas[*arena]));
  std::ranges::copy(block_->bytes().first(std::min(block_->bytes().size(), fresh->bytes().size())),
                    fresh->bytes().begin());
  block_ = std::move(fresh);
  return {};
}

void StateMemory::give(const ExecutionPlan& plan, std::vector<std::shared_ptr<run::HostBlock>>& blocks) const {
  const auto arena = stateArena(plan);
  if (!arena) return;
  blocks.resize(std::max<size_t>(blocks.size(), *arena + 1));
  blocks[*arena] = block_;
}

}  // namespace trireme::core
