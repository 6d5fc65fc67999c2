#include "core/plan/state_set.h"

#include <algorithm>
#include <numeric>

namespace trireme::plan {
namespace {

constexpr uint32_t kFree = UINT32_MAX;

uint64_t hashOf(std::span<const uint32_t> key) {
  uint64_t hash = 0x9e3779b97f4a7c15u;
  for (uint32_t word : key) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

size_t StateSet::slotOf(std::span<const uint32_t> key) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hashOf(key) & mask;
  while (slots_[slot] != kFree && !std::ranges::equal(this->key(slots_[slot]), key)) slot = (slot + 1) & mask;
  return slot;
}

void StateSet::grow() {
  slots_.assign(std::max<size_t>(16, slots_.size() * 2), kFree);
  for (uint32_t state = 0; state < size(); ++state) slots_[slotOf(key(state))] = state;
}

void StateSet::add(std::span<const uint32_t> key, double cost, const Move& move) {
  if (size() * 2 >= slots_.size()) grow();
  const size_t slot = slotOf(key);
  if (slots_[slot] == kFree) {
    slots_[slot] = uint32_t(size());
    keys_.insert(keys_.end(), key.begin(), key.end());
    costs_.push_back(cost);
    moves_.push_back(move);
    traces_.push_back(kNoTrace);
  } else if (cost < costs_[slots_[slot]]) {
    costs_[slots_[slot]] = cost;
    moves_[slots_[slot]] = move;
  }
}

std::vector<uint32_t> StateSet::byCost() const {
  std::vector<uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](uint32_t state) { return costs_[state]; });
  return order;
}

void StateSet::keep(std::span<const uint32_t> states) {
  StateSet kept(words_);
  for (uint32_t state : states) {
    kept.keys_.insert(kept.keys_.end(), key(state).begin(), key(state).end());
    kept.costs_.push_back(costs_[state]);
    kept.moves_.push_back(moves_[state]);
    kept.traces_.push_back(traces_[state]);
  }
  *this = std::move(kept);
}

}  // namespace trireme::plan
