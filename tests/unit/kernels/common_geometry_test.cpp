#include <gtest/gtest.h>

#include <vector>

#include "kernels/common/broadcast.h"
#include "kernels/common/padding.h"

namespace trireme::common {
namespace {

TEST(Padding, GivesTheOddRowToTheEnd) {
  EXPECT_EQ(windowOutputSize(Padding::Same, 5, 2, 2, 1), 3);
  const PadAmount amount = padAmount(5, 3, 2, 2, 1);
  EXPECT_EQ(amount.before, 0);
  EXPECT_EQ(amount.after, 1);
  EXPECT_EQ(padAmount(5, 5, 3, 1, 2).before, 2);
}

TEST(Padding, CountsValidPositions) {
  EXPECT_EQ(windowOutputSize(Padding::Valid, 5, 3, 2, 1), 2);
  EXPECT_EQ(windowOutputSize(Padding::Valid, 5, 3, 1, 2), 1);
  EXPECT_EQ(windowOutputSize(Padding::Valid, 2, 3, 1, 1), 0);
  EXPECT_EQ(windowOutputSize(Padding::Valid, 2, 9, 3, 1), 0);
  EXPECT_EQ(windowOutputSize(Padding::Same, 0, 3, 1, 1), 0);
}

TEST(Padding, FindsTheTapsInsideForEveryOrigin) {
  for (int64_t in = 1; in < 6; ++in) {
    for (int64_t filter = 1; filter < 5; ++filter) {
      for (int64_t dilation = 1; dilation < 4; ++dilation) {
        for (int64_t origin = -10; origin < 10; ++origin) {
          const TapRange taps = tapsInside(origin, in, filter, dilation);
          ASSERT_LE(taps.first, taps.last);
          for (int64_t tap = 0; tap < filter; ++tap) {
            const int64_t at = origin + tap * dilation;
            ASSERT_EQ(tap >= taps.first && tap < taps.last, at >= 0 && at < in)
                << origin << " " << in << " " << filter << " " << dilation << " " << tap;
          }
        }
      }
    }
  }
}

Shape shape(std::initializer_list<int64_t> dims) { return Shape::create(dims).value(); }

TEST(Broadcast, FindsTheCommonShape) {
  EXPECT_EQ(broadcastShape(shape({2, 1, 3}), shape({4, 1})), shape({2, 4, 3}));
  EXPECT_EQ(broadcastShape(shape({}), shape({5})), shape({5}));
  EXPECT_EQ(broadcastShape(shape({1}), shape({0})), shape({0}));
  EXPECT_FALSE(broadcastShape(shape({2}), shape({3})));
}

// Offsets of every output element by plain division, to compare with.
std::vector<std::pair<int64_t, int64_t>> offsetsByDivision(const Shape& a, const Shape& b) {
  const Shape out = *broadcastShape(a, b);
  std::vector<std::pair<int64_t, int64_t>> offsets;
  for (int64_t i = 0; i < out.elements(); ++i) {
    int64_t rest = i, at[2] = {0, 0}, stride[2] = {1, 1};
    for (int axis = out.rank() - 1; axis >= 0; --axis) {
      const int64_t position = rest % out.dim(axis);
      rest /= out.dim(axis);
      const Shape* both[2] = {&a, &b};
      for (int k = 0; k < 2; ++k) {
        const int own = axis - (out.rank() - both[k]->rank());
        if (own < 0 || both[k]->dim(own) == 1) continue;
        at[k] += position * stride[k];
        stride[k] *= both[k]->dim(own);
      }
    }
    offsets.emplace_back(at[0], at[1]);
  }
  return offsets;
}

TEST(Broadcast, WalksAnyRange) {
  const std::pair<Shape, Shape> pairs[] = {
      {shape({2, 3, 4}), shape({2, 3, 4})}, {shape({2, 3, 4}), shape({4})},
      {shape({2, 1, 4}), shape({3, 1})},    {shape({1, 2, 1, 3, 1, 2, 1, 2}), shape({2, 1, 2, 1, 2, 1, 2, 1})},
      {shape({}), shape({2, 2})},           {shape({1}), shape({1})},
      {shape({3, 1}), shape({1, 5})}};
  for (const auto& [a, b] : pairs) {
    const auto expected = offsetsByDivision(a, b);
    const Broadcast walk(a, b);
    ASSERT_EQ(walk.elements(), int64_t(expected.size()));
    for (int64_t begin = 0; begin <= walk.elements(); ++begin) {
      for (int64_t end = begin; end <= walk.elements(); ++end) {
        int64_t next = begin;
        walk.forEachRun(begin, end,
                        [&](int64_t out, int64_t x, int64_t xStep, int64_t y, int64_t yStep, int64_t count) {
                          ASSERT_EQ(out, next);
                          for (int64_t i = 0; i < count; ++i) {
                            ASSERT_EQ(std::pair(x + i * xStep, y + i * yStep), expected[size_t(out + i)]);
                          }
                          next += count;
                        });
        ASSERT_EQ(next, std::max(begin, end));
      }
    }
  }
}

TEST(Broadcast, MergesAxesThatWalkAlike) {
  const Broadcast walk(shape({2, 3, 4}), shape({2, 3, 4}));
  int runs = 0;
  walk.forEachRun(0, walk.elements(), [&runs](auto...) { ++runs; });
  EXPECT_EQ(runs, 1);
}

TEST(Broadcast, HasNothingToWalkInEmptyShapes) {
  const Broadcast walk(shape({0, 3}), shape({1, 3}));
  EXPECT_EQ(walk.elements(), 0);
  walk.forEachRun(0, 0, [](auto...) { FAIL(); });
}

}  // namespace
}  // namespace trireme::common
