#include "delegates/gpu/copies.h"

#include <gtest/gtest.h>

#include "tests/support/random_tensors.h"

namespace trireme::gpu {
namespace {

// Where each position of a copy is written, and what it reads; no source: padding.
struct Move {
  int64_t to = 0;
  std::optional<int64_t> from;
  bool operator==(const Move&) const = default;
};
std::vector<Move> movesOf(const std::vector<CopyAxis>& axes) {
  std::vector<Move> moves = {{0, 0}};
  for (const CopyAxis& axis : axes) {
    std::vector<Move> next;
    for (const Move& outer : moves) {
      for (int64_t i = 0; i < axis.extent; ++i) {
        const int64_t position = i - axis.before;
        Move move{outer.to + i * axis.dstStep, std::nullopt};
        if (outer.from && position >= 0 && position < axis.srcExtent) {
          move.from = *outer.from + position * axis.srcStep;
        }
        next.push_back(move);
      }
    }
    moves = std::move(next);
  }
  return moves;
}

// Axes of which neighbours often follow each other, on one side or on both; some padded, some of extent 1, some
// backwards.
std::vector<CopyAxis> randomAxes(support::Random& random) {
  std::vector<CopyAxis> axes;
  int64_t from = random.between(-1, 1), to = 1;
  for (int64_t count = random.between(1, 6); count > 0; --count) {
    CopyAxis axis = plainAxis(random.between(1, 3), from, to);
    if (random.between(0, 3) == 0) {
      axis.before = random.between(0, 2);
      axis.extent += axis.before + random.between(0, 2);
    }
    from = random.between(0, 3) == 0 ? random.between(-9, 9) : axis.srcStep * axis.srcExtent;
    to = axis.dstStep * axis.extent + (random.between(0, 3) == 0 ? 1 : 0);
    axes.insert(axes.begin(), axis);
  }
  return axes;
}

TEST(Copies, MergedAxesMoveTheSameElementsInTheSameOrder) {
  support::Random random(3);
  size_t fewer = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::vector<CopyAxis> axes = randomAxes(random), merged = mergeAxes(axes);
    ASSERT_FALSE(merged.empty());
    ASSERT_EQ(movesOf(axes), movesOf(merged)) << "round " << round;
    fewer += merged.size() < axes.size() ? 1 : 0;
  }
  EXPECT_GT(fewer, 1000u);
}

TEST(Copies, DenseAxesOfAnyRankBecomeOne) {
  const std::vector<CopyAxis> merged =
      mergeAxes({plainAxis(2, 105, 105), plainAxis(3, 35, 35), plainAxis(5, 7, 7), plainAxis(7, 1, 1)});
  ASSERT_EQ(1u, merged.size());
  EXPECT_EQ(210, merged[0].extent);
}

TEST(Copies, APaddedAxisTakesPlainOnesInsideItAndNoOthers) {
  const CopyAxis padded{8, 10, 10, 1, 6};
  EXPECT_EQ(1u, mergeAxes({padded, plainAxis(10, 1, 1)}).size());
  EXPECT_EQ(2u, mergeAxes({plainAxis(3, 60, 80), padded}).size());
}

}  // namespace
}  // namespace trireme::gpu
