#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "kernels/common/activation_range.h"
#include "kernels/common/fixed_point.h"
#include "kernels/common/half_float.h"
#include "kernels/common/lookup_table.h"
#include "kernels/common/quantized_multiplier.h"

namespace trireme::common {
namespace {

TEST(QuantizedMultiplier, IsTheNearestMantissa) {
  EXPECT_EQ(quantizeMultiplier(1.0), (Multiplier{1 << 30, 1}));
  EXPECT_EQ(quantizeMultiplier(0.5), (Multiplier{1 << 30, 0}));
  EXPECT_EQ(quantizeMultiplier(0.75), (Multiplier{3 << 29, 0}));
  EXPECT_EQ(quantizeMultiplier(1.0 - 1e-12), (Multiplier{1 << 30, 1}));  // the mantissa overflows to the next power
  EXPECT_EQ(quantizeMultiplier(0.0), (Multiplier{0, 0}));
  EXPECT_EQ(quantizeMultiplier(0x1p-33), (Multiplier{0, 0}));
  EXPECT_EQ(quantizeMultiplier(0x1p-32), (Multiplier{1 << 30, -31}));
}

TEST(QuantizedMultiplier, RefusesWhatItCannotStandFor) {
  EXPECT_FALSE(quantizeMultiplier(-0.5));
  EXPECT_FALSE(quantizeMultiplier(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(quantizeMultiplier(std::nan("")));
  EXPECT_FALSE(quantizeMultiplier(0x1p31));
  EXPECT_TRUE(quantizeMultiplier(0x1p30));
}

TEST(QuantizedMultiplier, RoundsTwiceAwayFromZero) {
  // The closed form: the product rounded to nearest after being pushed away from zero by 2^-(e + 1).
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) {
    const auto x = int32_t(random()) >> (random() % 16);
    const Multiplier m{int32_t((1 << 30) + random() % (uint64_t(1) << 30)), -int32_t(1 + random() % 20)};
    const int e = -m.shift;
    const int64_t away = (int64_t(1) << (e - 1)) - (x < 0 ? 1 : 0);
    const int64_t expected = (int64_t(x) * m.mantissa + (int64_t(1) << 30) + (int64_t(1) << 31) * away) >> (31 + e);
    ASSERT_EQ(multiply(x, m), expected) << x << " * " << m.mantissa << " >> " << e;
  }
}

TEST(QuantizedMultiplier, BreaksTiesByItsRules) {
  EXPECT_EQ(roundingShift(3, 1), 2);
  EXPECT_EQ(roundingShift(-3, 1), -2);
  EXPECT_EQ(roundingShift(-5, 0), -5);
  EXPECT_EQ(doublingHighMultiply(1, 1 << 30), 1);   // 0.5 goes up
  EXPECT_EQ(doublingHighMultiply(-1, 1 << 30), 0);  // -0.5 goes up
  EXPECT_EQ(doublingHighMultiply(INT32_MIN, INT32_MIN), INT32_MAX);
  EXPECT_EQ(doublingHighMultiply16(INT16_MIN, INT16_MIN), INT16_MAX);
}

TEST(QuantizedMultiplier, ReducesTheMantissaFor64Bits) {
  const Multiplier m = *quantizeMultiplier(0.0123);
  const int64_t reduced = (m.mantissa + (1 << 15)) >> 16;
  for (const int64_t x : {int64_t(0), int64_t(1) << 36, -(int64_t(1) << 36), int64_t(12345678901)}) {
    const auto expected = int32_t(std::floor((double(x) * double(reduced)) / std::exp2(15 - m.shift) + 0.5));
    EXPECT_EQ(multiply64(x, m), expected) << x;
  }
  EXPECT_EQ(multiply64(1000, Multiplier{INT32_MAX, 1}), 2000);  // the mantissa is capped at 0x7FFF
}

TEST(QuantizedMultiplier, RoundsTheProductOfUInt8ScalesToFloat) {
  const float a = 0.1f, b = 0.3f;
  EXPECT_EQ(productScale(a, b, 1.0f), double(a) * double(b));
  EXPECT_EQ(productScaleUInt8(a, b, 1.0f), double(a * b));
  EXPECT_NE(productScale(a, b, 1.0f), productScaleUInt8(a, b, 1.0f));
}

TEST(ActivationRange, CutsTheTypeAtTheQuantisedEnds) {
  const CodeRange relu6 = *activationRange(Activation::Relu6, DataType::Int8, 0.05f, -10);
  EXPECT_EQ(relu6.low, -10);
  EXPECT_EQ(relu6.high, 110);
  const CodeRange relu = *activationRange(Activation::Relu, DataType::UInt8, 0.05f, 3);
  EXPECT_EQ(relu.low, 3);
  EXPECT_EQ(relu.high, 255);
  const CodeRange none = *activationRange(Activation::None, DataType::Int16, 0.05f, 0);
  EXPECT_EQ(none.low, -32768);
  EXPECT_EQ(none.high, 32767);
}

TEST(ActivationRange, RefusesWhatIsNoClamp) {
  EXPECT_FALSE(activationRange(Activation::Tanh));
  EXPECT_FALSE(activationRange(Activation::SignBit, DataType::Int8, 1.0f, 0));
  EXPECT_FALSE(activationRange(Activation::Relu6, DataType::Int8, 1e-30f, 0));
}

TEST(ActivationRange, LeavesNanAlone) {
  EXPECT_TRUE(std::isnan(clamp(std::nanf(""), *activationRange(Activation::Relu6))));
  EXPECT_EQ(clamp(std::numeric_limits<float>::infinity(), *activationRange(Activation::None)),
            std::numeric_limits<float>::max());
}

TEST(HalfFloat, GivesEveryHalfBack) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const float value = floatFromHalf(uint16_t(bits));
    if (std::isnan(value)) {
      EXPECT_EQ(bits & 0x7C00, 0x7C00u);
      EXPECT_TRUE(std::isnan(floatFromHalf(halfFromFloat(value))));
    } else {
      ASSERT_EQ(halfFromFloat(value), bits);
    }
  }
}

TEST(HalfFloat, RoundsToNearestEven) {
  EXPECT_EQ(floatFromHalf(0x3C00), 1.0f);
  EXPECT_EQ(floatFromHalf(0x0001), 0x1p-24f);
  EXPECT_EQ(floatFromHalf(0xFBFF), -65504.0f);
  EXPECT_EQ(halfFromFloat(1.0f + 0x1p-11f), 0x3C00);      // a tie, to even
  EXPECT_EQ(halfFromFloat(1.0f + 3 * 0x1p-11f), 0x3C02);  // a tie, to even
  EXPECT_EQ(halfFromFloat(65519.0f), 0x7BFF);
  EXPECT_EQ(halfFromFloat(65520.0f), 0x7C00);
  EXPECT_EQ(halfFromFloat(0x1p-25f), 0x0000);  // a tie, to even
  EXPECT_EQ(halfFromFloat(std::nextafter(0x1p-25f, 1.0f)), 0x0001);
  EXPECT_EQ(halfFromFloat(-std::numeric_limits<float>::infinity()), 0xFC00);
}

TEST(HalfFloat, UnpacksTheLowNibbleFirst) {
  const std::byte packed[] = {std::byte{0x8F}, std::byte{0x07}};
  int8_t codes[3];
  unpackInt4(packed, codes);
  EXPECT_EQ(codes[0], -1);
  EXPECT_EQ(codes[1], -8);
  EXPECT_EQ(codes[2], 7);
}

TEST(FixedPoint, KnowsTheExponential) {
  EXPECT_EQ(expOfNegative(0, 5), INT32_MAX);
  for (int32_t a = -(31 << 26); a < 0; a += 12345677) {
    const double expected = std::exp(double(a) / double(1 << 26)) * 2147483648.0;
    ASSERT_NEAR(expOfNegative(a, 5), expected, 600.0) << a;
  }
}

TEST(FixedPoint, KnowsReciprocals) {
  for (const double real : {1.0, 1.5, 2.0, 3.75, 255.0, 4000.0}) {
    const Reciprocal found = reciprocal(int32_t(real * double(1 << 19)), 12);
    EXPECT_NEAR(double(found.mantissa) / 2147483648.0 * std::exp2(-found.bitsOverUnit), 1 / real, 1e-7 / real);
  }
}

TEST(LookupTable, FollowsTheFunction) {
  const LookupTable8<int8_t> table(0.1f, 3, 1.0f / 128, -1, [](float x) { return std::tanh(x); });
  for (int code = -128; code <= 127; ++code) {
    const auto expected = int32_t(std::round(std::tanh(0.1f * float(code - 3)) * 128.0f)) - 1;
    EXPECT_EQ(table.at(int8_t(code)), std::clamp(expected, -128, 127)) << code;
  }
}

TEST(LookupTable, InterpolatesWideCodes) {
  const LookupTable16 table(8.0f / 32768, 0, 1.0f / 32768, 0, [](float x) { return std::tanh(x); });
  for (int code = -32768; code <= 32767; code += 111) {
    EXPECT_NEAR(table.at(int16_t(code)), std::tanh(double(code) * 8 / 32768) * 32768, 8.0) << code;
  }
}

TEST(LookupTable, HasASigmoidForInterpolation) {
  const auto& table = sigmoidTable16();
  EXPECT_EQ(table[0], 32768);
  EXPECT_EQ(table[1], 33451);
  EXPECT_EQ(table[255], 65535);
  for (size_t i = 1; i < table.size(); ++i) {
    EXPECT_GE(table[i], table[i - 1]);
    EXPECT_NEAR(table[i], 65536 / (1 + std::exp(-double(i) / 24)), 1.2);
  }
}

}  // namespace
}  // namespace trireme::common
