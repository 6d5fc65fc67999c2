#include "core/plan/arena_packer.h"

#include <gtest/gtest.h>

#include <random>

namespace trireme::plan {
namespace {

bool meetInTime(const Lodger& a, const Lodger& b) { return a.first <= b.last && b.first <= a.last; }

// Every promise of pack(), checked the slow way.
void expectSound(const std::vector<Lodger>& lodgers, const Packing& packing, size_t limit) {
  for (size_t a = 0; a < lodgers.size(); ++a) {
    const Lodging& here = packing.lodgings[a];
    EXPECT_EQ(here.offset % lodgers[a].alignment, 0u);
    ASSERT_LT(here.arena, packing.arenaBytes.size());
    EXPECT_LE(here.offset + lodgers[a].bytes, packing.arenaBytes[here.arena]);
    EXPECT_LE(packing.arenaBytes[here.arena], limit);
    for (size_t b = 0; b < a; ++b) {
      const Lodging& there = packing.lodgings[b];
      if (here.arena != there.arena || !meetInTime(lodgers[a], lodgers[b])) continue;
      EXPECT_TRUE(here.offset + lodgers[a].bytes <= there.offset || there.offset + lodgers[b].bytes <= here.offset)
          << "lodgers " << a << " and " << b << " share memory at the same time";
    }
  }
}

TEST(ArenaPacker, UsesMemoryAgainWhenItsLodgerIsGone) {
  const Packing packing = pack({{100, 1, 0, 1}, {100, 1, 2, 3}}, SIZE_MAX);
  EXPECT_EQ(packing.arenaBytes, std::vector<size_t>{100});
}

TEST(ArenaPacker, KeepsNeighboursInTimeApart) {
  const Packing packing = pack({{100, 1, 0, 1}, {100, 1, 1, 2}}, SIZE_MAX);
  EXPECT_EQ(packing.arenaBytes, std::vector<size_t>{200});
}

TEST(ArenaPacker, FillsAGapBetweenTwo) {
  const Packing packing = pack({{100, 1, 0, 9}, {50, 1, 0, 3}, {80, 1, 0, 9}, {50, 1, 4, 9}}, SIZE_MAX);
  EXPECT_EQ(packing.arenaBytes, std::vector<size_t>{230});
}

TEST(ArenaPacker, OpensAnotherArenaAtTheLimit) {
  const std::vector<Lodger> lodgers = {{100, 1, 0, 1}, {100, 1, 0, 1}, {100, 1, 0, 1}};
  const Packing packing = pack(lodgers, 250);
  EXPECT_EQ(packing.arenaBytes, (std::vector<size_t>{200, 100}));
}

TEST(ArenaPacker, PlacesNothingForNobody) { EXPECT_TRUE(pack({}, 1).arenaBytes.empty()); }

TEST(ArenaPacker, NeverLetsTwoShareAByteAtTheSameTime) {
  std::mt19937 random(7);
  const auto below = [&](uint32_t most) { return uint32_t(random() % most); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Lodger> lodgers(1 + below(40));
    for (Lodger& one : lodgers) {
      one.bytes = below(4) == 0 ? 0 : 1 + below(1000);
      one.alignment = size_t(1) << below(9);
      one.first = below(20);
      one.last = one.first + below(8);
    }
    const size_t limit = round % 3 == 0 ? 1500 : SIZE_MAX;
    expectSound(lodgers, pack(lodgers, limit), limit);
  }
}

}  // namespace
}  // namespace trireme::plan
