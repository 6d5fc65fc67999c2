#include "core/plan/memory_planner.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/base/check.h"
#include "core/plan/arena_packer.h"
#include "core/plan/dependencies.h"
#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

constexpr size_t kHostArenaAlignment = 64;

// Blocks that share memory because one is computed in place of the other, by the first of them.
class SharedMemory {
 public:
  explicit SharedMemory(std::vector<Block>& blocks) : blocks_(blocks), root_(blocks.size()), given_(blocks.size()) {
    std::iota(root_.begin(), root_.end(), 0u);
  }
  uint32_t root(uint32_t block) const {
    while (root_[block] != block) block = root_[block];
    return block;
  }
  // `to` is first written in `step`, in which `from` is read for the last time.
  void join(uint32_t from, uint32_t to, uint32_t step, size_t limit) {
    Block &giver = blocks_[root(from)], &taker = blocks_[to];
    const bool fits = giver.kind == Block::Kind::Work && taker.kind == Block::Kind::Work && root_[to] == to &&
                      giver.space == taker.space && giver.importers == taker.importers && giver.last == step &&
                      taker.first == step && giver.first < step && !given_[from] &&
                      std::max(giver.bytes, taker.bytes) <= limit;
    if (!fits) return;
    given_[from] = true;
    root_[to] = root(from);
    giver.bytes = std::max(giver.bytes, taker.bytes);
    giver.alignment = std::max(giver.alignment, taker.alignment);
    giver.last = taker.last;
  }

 private:
  std::vector<Block>& blocks_;
  std::vector<uint32_t> root_;
  std::vector<bool> given_;
};

// The largest arena that every user of such a block can have.
size_t arenaLimit(const Block& block, std::span<const DelegateFacts> facts) {
  size_t limit = SIZE_MAX, unit = 1;
  if (block.space != kHost) limit = facts[block.space].memory.maxAllocation;
  for (uint32_t user : block.importers) {
    const MemoryTraits& memory = facts[user].memory;
    limit = std::min(limit, memory.maxAllocation);
    unit = std::max(unit, memory.importAlignment);
  }
  return limit / unit * unit;
}

class MemoryPlanner {
 public:
  MemoryPlanner(Draft draft, const NeedsList& needs, std::span<const DelegateFacts> facts)
      : draft_(std::move(draft)), facts_(facts), inPlace_(draft_.blocks), places_(draft_.blocks.size()) {
    joinInPlace(needs);
  }

  ExecutionPlan run() {
    placeInRow(Block::Kind::Inputs, Arena::Lifetime::Frame);
    placeInRow(Block::Kind::Outputs, Arena::Lifetime::Frame);
    placeInRow(Block::Kind::State, Arena::Lifetime::Interpreter);
    placeWork();
    ExecutionPlan plan = std::move(draft_.plan);
    const auto move = [&](Slot& slot) { slot = placed(slot); };
    for (Step& step : plan.steps) changeSlots(step, move);
    for (Slot& slot : plan.inputs) move(slot);
    for (Slot& slot : plan.outputs) move(slot);
    for (Slot& slot : plan.preserved) move(slot);
    for (ConstantSlot& constant : plan.constants) move(constant.slot);
    for (Commit& commit : plan.commits) move(commit.written), move(commit.kept);
    plan.arenas = std::move(arenas_);
    return plan;
  }

 private:
  void joinInPlace(const NeedsList& needs) {
    for (uint32_t s = 0; s < draft_.plan.steps.size(); ++s) {
      const auto* run = std::get_if<RunStep>(&draft_.plan.steps[s].action);
      if (!run) continue;
      for (const InPlace& pair : needs[run->partition]->inPlace) {
        const uint32_t from = run->inputs[pair.input].arena, to = run->outputs[pair.output].arena;
        inPlace_.join(from, to, s, arenaLimit(draft_.blocks[from], facts_));
      }
    }
  }

  Slot placed(const Slot& slot) const {
    if (slot.arena == kNoBlock) return {};
    const Slot& place = places_[inPlace_.root(slot.arena)];
    return {place.arena, place.offset, slot.bytes};
  }

  uint32_t addArena(const Block& like, Arena::Lifetime lifetime, size_t bytes, size_t alignment) {
    Arena arena{Arena::Home::Host, lifetime, like.importers, 0, std::max(alignment, kHostArenaAlignment)};
    if (like.space != kHost) {
      arena.home = Arena::Home::Device;
      arena.users = {like.space};
    }
    size_t unit = 1;
    for (uint32_t user : like.importers) unit = std::max(unit, facts_[user].memory.importAlignment);
    arena.alignment = std::max(arena.alignment, unit);
    arena.bytes = (std::max<size_t>(bytes, 1) + unit - 1) / unit * unit;
    arenas_.push_back(std::move(arena));
    return uint32_t(arenas_.size() - 1);
  }

  // One after the other, never shared: every plan of a graph has them at the same places.
  void placeInRow(Block::Kind kind, Arena::Lifetime lifetime) {
    Block all;
    size_t bytes = 0, alignment = 1;
    bool any = kind != Block::Kind::State;
    for (uint32_t b = 0; b < draft_.blocks.size(); ++b) {
      const Block& block = draft_.blocks[b];
      if (block.kind != kind) continue;
      any = true;
      bytes = (bytes + block.alignment - 1) / block.alignment * block.alignment;
      places_[b] = {uint32_t(arenas_.size()), bytes, 0};
      bytes += block.bytes;
      alignment = std::max(alignment, block.alignment);
      for (uint32_t user : block.importers) {
        if (std::ranges::find(all.importers, user) == all.importers.end()) all.importers.push_back(user);
      }
    }
    std::ranges::sort(all.importers);
    if (any) addArena(all, lifetime, bytes, alignment);
  }

  void placeWork() {
    std::map<std::tuple<bool, uint32_t, std::vector<uint32_t>>, std::vector<uint32_t>> pools;
    for (uint32_t b = 0; b < draft_.blocks.size(); ++b) {
      const Block& block = draft_.blocks[b];
      if (block.kind != Block::Kind::Work || inPlace_.root(b) != b || block.first == UINT32_MAX) continue;
      pools[{block.space != kHost, block.space, block.importers}].push_back(b);
    }
    for (const auto& [key, members] : pools) placePool(members);
  }

  void placePool(const std::vector<uint32_t>& members) {
    const Block& like = draft_.blocks[members.front()];
    std::vector<Lodger> lodgers;
    size_t alignment = 1;
    for (uint32_t b : members) {
      const Block& block = draft_.blocks[b];
      lodgers.push_back({block.bytes, block.alignment, block.first, block.last});
      alignment = std::max(alignment, block.alignment);
    }
    const Packing packing = pack(lodgers, arenaLimit(like, facts_));
    const uint32_t first = uint32_t(arenas_.size());
    for (size_t bytes : packing.arenaBytes) addArena(like, Arena::Lifetime::Frame, bytes, alignment);
    for (size_t i = 0; i < members.size(); ++i) {
      places_[members[i]] = {first + packing.lodgings[i].arena, packing.lodgings[i].offset, 0};
    }
  }

  Draft draft_;
  std::span<const DelegateFacts> facts_;
  SharedMemory inPlace_;
  std::vector<Slot> places_;  // by block
  std::vector<Arena> arenas_;
};

}  // namespace

ExecutionPlan planMemory(Draft draft, const NeedsList& needs, std::span<const DelegateFacts> facts) {
  ExecutionPlan plan = MemoryPlanner(std::move(draft), needs, facts).run();
  addDependencies(plan, facts);
  return plan;
}

MemoryUse memoryUse(const ExecutionPlan& plan) {
  MemoryUse use;
  for (const Arena& arena : plan.arenas) {
    (arena.lifetime == Arena::Lifetime::Frame ? use.frameBytes : use.interpreterBytes) += arena.bytes;
  }
  return use;
}

}  // namespace trireme::plan
