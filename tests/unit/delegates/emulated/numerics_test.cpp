#include "delegates/emulated/numerics.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "kernels/common/half_float.h"
#include "tests/support/random_tensors.h"

namespace trireme::emulated {
namespace {

const Numerics kHalf{NumberFormat::Float16, Rounding::HalfEven, false, false};
const Numerics kBrain{NumberFormat::BFloat16, Rounding::HalfEven, false, false};

TEST(Numerics, RoundToHalfAsTheConversionsOfTheKernelsDo) {
  support::Random random(7);
  for (int i = 0; i < 200000; ++i) {
    const auto value = std::bit_cast<float>(uint32_t(random.next()));
    if (std::isnan(value)) continue;
    ASSERT_EQ(common::floatFromHalf(common::halfFromFloat(value)), rounded(kHalf, value)) << value;
  }
}

TEST(Numerics, RoundToBrainFloatByTheUpperHalfOfTheBits) {
  support::Random random(8);
  for (int i = 0; i < 200000; ++i) {
    const auto bits = uint32_t(random.next());
    const auto value = std::bit_cast<float>(bits);
    if (!std::isfinite(value)) continue;
    const uint32_t upper = (bits + 0x7FFFu + ((bits >> 16) & 1u)) & 0xFFFF0000u;
    ASSERT_EQ(std::bit_cast<float>(upper), rounded(kBrain, value)) << value;
  }
}

TEST(Numerics, FollowTheRoundingOfTheProfile) {
  Numerics away = kHalf, truncate = kHalf;
  away.rounding = Rounding::HalfAway;
  truncate.rounding = Rounding::Truncate;
  const float half = 1.0f + 0x1p-11f;  // between 1 and its neighbour
  EXPECT_EQ(1.0f, rounded(kHalf, half));
  EXPECT_EQ(1.0f + 0x1p-10f, rounded(away, half));
  EXPECT_EQ(-1.0f - 0x1p-10f, rounded(away, -half));
  EXPECT_EQ(1.0f, rounded(truncate, 1.0f + 0x1.8p-11f));
  EXPECT_EQ(1.0f + 0x1p-10f, rounded(kHalf, 1.0f + 0x1.8p-11f));
}

TEST(Numerics, FlushAndSaturateWhereTheProfileSaysSo) {
  Numerics flush = kHalf, saturate = kHalf;
  flush.flushDenormals = true;
  saturate.saturate = true;
  EXPECT_EQ(0x1p-20f, rounded(kHalf, 0x1p-20f));
  EXPECT_EQ(0.0f, rounded(flush, 0x1p-20f));
  EXPECT_TRUE(std::signbit(rounded(flush, -0x1p-20f)));
  EXPECT_EQ(0x1p-14f, rounded(flush, 0x1p-14f));
  EXPECT_EQ(INFINITY, rounded(kHalf, 1e6f));
  EXPECT_EQ(-65504.0f, rounded(saturate, -1e6f));
  EXPECT_EQ(INFINITY, rounded(saturate, INFINITY));
  EXPECT_TRUE(std::isnan(rounded(saturate, NAN)));
  EXPECT_EQ(1e6f, rounded(Numerics{}, 1e6f));
}

}  // namespace
}  // namespace trireme::emulated
