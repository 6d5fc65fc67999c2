#include "tools/zoo/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace trireme::zoo {
namespace {

TEST(CounterRandom, DrawsTheSameForTheSamePlaceOnly) {
  const CounterRandom a(1, "conv/weights"), b(1, "conv/weights"), seed(2, "conv/weights"), name(1, "conv/bias");
  EXPECT_EQ(a.bits(5), b.bits(5));
  EXPECT_NE(a.bits(5), a.bits(6));
  EXPECT_NE(a.bits(5), seed.bits(5));
  EXPECT_NE(a.bits(5), name.bits(5));
}

TEST(CounterRandom, DrawsTheSameOnEveryMachine) {
  const CounterRandom random(1, "conv/weights");
  EXPECT_EQ(random.bits(0), 14117677177202016730ULL);
  EXPECT_EQ(random.uniform(0), 0x1.0fb0400000000p-1F);
  EXPECT_EQ(random.bell(0), -0x1.e676740000000p+0F);
}

TEST(CounterRandom, BellHasMeanZeroAndVarianceOne) {
  const CounterRandom random(3, "x");
  double sum = 0, squares = 0, largest = 0;
  constexpr int kDraws = 200000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = double(random.bell(uint64_t(i)));
    sum += x;
    squares += x * x;
    largest = std::max(largest, std::abs(x));
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.01);
  EXPECT_LE(largest, 3.47);
  EXPECT_GT(largest, 3);
}

TEST(CounterRandom, UniformCoversItsRangeEvenly) {
  const CounterRandom random(3, "x");
  int quarters[4] = {};
  for (uint64_t i = 0; i < 40000; ++i) {
    const float x = random.uniform(i);
    ASSERT_GE(x, -1.0F);
    ASSERT_LT(x, 1.0F);
    ++quarters[int((x + 1) * 2)];
  }
  for (const int quarter : quarters) EXPECT_NEAR(quarter, 10000, 400);
}

}  // namespace
}  // namespace trireme::zoo
