#include "core/plan/arena_packer.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace trireme::plan {
namespace {

struct Taken {
  size_t begin = 0, end = 0;
  uint32_t first = 0, last = 0;
};

size_t alignUp(size_t offset, size_t alignment) { return (offset + alignment - 1) / alignment * alignment; }

// The lowest aligned offset where the lodger disturbs nobody who is there at the same time. `taken` is sorted by begin.
size_t lowestOffset(const std::vector<Taken>& taken, const Lodger& lodger) {
  size_t offset = 0;
  for (const Taken& other : taken) {
    if (other.last < lodger.first || lodger.last < other.first) continue;
    if (other.begin >= offset + lodger.bytes) break;
    if (other.end > offset) offset = alignUp(other.end, lodger.alignment);
  }
  return offset;
}

std::vector<size_t> largestFirst(const std::vector<Lodger>& lodgers) {
  std::vector<size_t> order(lodgers.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::ranges::sort(order, [&](size_t a, size_t b) {
    return std::tuple(lodgers[b].bytes, lodgers[a].first, a) < std::tuple(lodgers[a].bytes, lodgers[b].first, b);
  });
  return order;
}

void insertSorted(std::vector<Taken>& taken, const Taken& one) {
  taken.insert(std::ranges::upper_bound(taken, one.begin, {}, &Taken::begin), one);
}

}  // namespace

Packing pack(const std::vector<Lodger>& lodgers, size_t limit) {
  Packing packing;
  packing.lodgings.resize(lodgers.size());
  std::vector<std::vector<Taken>> arenas;
  for (size_t number : largestFirst(lodgers)) {
    const Lodger& lodger = lodgers[number];
    for (uint32_t arena = 0;; ++arena) {
      const bool isNew = arena == arenas.size();
      if (isNew) {
        arenas.emplace_back();
        packing.arenaBytes.push_back(0);
      }
      const size_t offset = lowestOffset(arenas[arena], lodger);
      if (!isNew && (offset > limit || limit - offset < lodger.bytes)) continue;
      insertSorted(arenas[arena], {offset, offset + lodger.bytes, lodger.first, lodger.last});
      packing.arenaBytes[arena] = std::max(packing.arenaBytes[arena], offset + lodger.bytes);
      packing.lodgings[number] = {arena, offset};
      break;
    }
  }
  return packing;
}

}  // namespace trireme::plan
