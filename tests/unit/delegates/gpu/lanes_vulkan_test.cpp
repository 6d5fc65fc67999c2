#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/common/half_float.h"

// kernels/gpu/lanes_vulkan.gpu as C++, with numbers that are no better than Vulkan promises: quotients are off by up to
// two units, fma() rounds twice.
namespace trireme::gpu {
namespace {

int error = 0;  // of the next quotients, in units

float moved(float x, int units) {
  if (!std::isfinite(x) || std::fabs(x) < 1e-30f) return x;
  for (int i = 0; i < std::abs(units); ++i) x = std::nextafter(x, units > 0 ? 1e38f : -1e38f);
  return x;
}

struct Real {
  float value = 0;
  Real() = default;
  explicit Real(double x) : value(float(x)) {}
  explicit operator int() const { return int(value); }
  friend Real operator+(Real a, Real b) { return Real(a.value + b.value); }
  friend Real operator-(Real a, Real b) { return Real(a.value - b.value); }
  friend Real operator*(Real a, Real b) { return Real(a.value * b.value); }
  friend Real operator/(Real a, Real b) { return Real(moved(a.value / b.value, error)); }
  friend bool operator<(Real a, Real b) { return a.value < b.value; }
  friend bool operator==(Real a, Real b) { return a.value == b.value; }
};

Real abs(Real x) { return Real(std::fabs(x.value)); }
Real trunc(Real x) { return Real(std::trunc(x.value)); }
Real floor(Real x) { return Real(std::floor(x.value)); }
Real sign(Real x) { return Real(x.value > 0 ? 1 : (x.value < 0 ? -1 : 0)); }
Real min(Real a, Real b) { return b < a ? b : a; }
Real max(Real a, Real b) { return a < b ? b : a; }
uint32_t min(uint32_t a, uint32_t b) { return b < a ? b : a; }
Real fma(Real a, Real b, Real c) { return a * b + c; }
uint32_t floatBitsToUint(Real x) { return std::bit_cast<uint32_t>(x.value); }
int floatBitsToInt(Real x) { return std::bit_cast<int>(x.value); }
Real uintBitsToFloat(uint32_t x) {
  Real real;
  real.value = std::bit_cast<float>(x);
  return real;
}
Real intBitsToFloat(int x) { return uintBitsToFloat(uint32_t(x)); }
template <class T>
T mix(T a, T b, bool second) {
  return second ? b : a;
}
void imulExtended(int a, int b, int& high, int& low) {
  high = int((int64_t(a) * b) >> 32);
  low = int(uint32_t(a) * uint32_t(b));
}

// NOLINTBEGIN: macros and names are the language's.
#define FLOATS Real
#define INTS int
#define UINTS uint32_t
#define BOOLS bool
#define LESS(a, b) ((a) < (b))
#define EQUAL(a, b) ((a) == (b))
#define precise
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "kernels/gpu/lanes_vulkan.gpu"
#pragma GCC diagnostic pop
// NOLINTEND

uint32_t nextRandom(uint32_t& state) {
  state = state * 1664525u + 1013904223u;
  return state ^ (state >> 15);
}
// A float of either sign, 2^-exponents to 2^exponents.
Real anyReal(uint32_t& state, uint32_t exponents) {
  const uint32_t mantissa = nextRandom(state) >> 9;
  const uint32_t exponent = 127 - exponents + (nextRandom(state) >> 8) % (2 * exponents);
  return uintBitsToFloat((nextRandom(state) & 0x80000000u) | exponent << 23 | mantissa);
}
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(LanesVulkan, QuotientsAreExactWhateverTheDriverIsOffBy) {
  uint32_t state = 1;
  for (int i = 0; i < 400000; ++i) {
    const Real a = anyReal(state, 20), b = anyReal(state, 20);
    error = int(nextRandom(state) >> 8) % 5 - 2;
    ASSERT_EQ(a.value / b.value, DIVIDE(a, b).value) << a.value << " / " << b.value << " off by " << error;
  }
}

// a / b lies 2^-24 of a unit beside the middle of two floats: m * b = +-1 modulo 2^25, and a is what is above.
TEST(LanesVulkan, QuotientsNextToTheMiddleAreExact) {
  uint32_t state = 2;
  int seen = 0;
  while (seen < 100000) {
    const uint32_t b = nextRandom(state) >> 8 | 0x800001u;
    uint32_t m = b;
    for (int i = 0; i < 5; ++i) m *= 2 - b * m;  // 1 / b modulo 2^32
    const bool above = (seen & 1) != 0;
    m = (above ? 0 - m : m) & 0x1ffffffu;
    if (m < 0x1000000u) continue;
    const auto a = double((uint64_t{m} * b + (above ? 1 : 0)) >> 25);
    error = seen % 5 - 2;
    ASSERT_EQ(float(a) / float(b), DIVIDE(Real(a), Real(double(b))).value) << a << " / " << b << " off by " << error;
    ++seen;
  }
  error = 0;
}

TEST(LanesVulkan, HalvesOfAScaleAreExactQuotients) {
  for (float scale : {0.1f, 0.0078125f, 0.003921569f, 1.7f}) {
    for (int code = -40000; code < 40000; ++code) {
      const Real x(double((float(code) + 0.5f) * scale));
      error = code % 3;
      ASSERT_EQ(x.value / scale, DIVIDE(x, Real(double(scale))).value) << x.value << " / " << scale;
    }
  }
  error = 0;
}

TEST(LanesVulkan, QuotientsWithoutAFiniteResultStayAsTheyAre) {
  EXPECT_EQ(kInfinity, DIVIDE(Real(double(kInfinity)), Real(2.0)).value);
  EXPECT_EQ(-kInfinity, DIVIDE(Real(-1.0), Real(0.0)).value);
  EXPECT_EQ(0.0f, DIVIDE(Real(0.0), Real(3.0)).value);
  EXPECT_TRUE(std::isnan(DIVIDE(Real(double(kNan)), Real(2.0)).value));
}

TEST(LanesVulkan, RestsAreThoseOfOneRounding) {
  uint32_t state = 7;
  for (int i = 0; i < 400000; ++i) {
    const Real a = anyReal(state, 12), b = anyReal(state, 12);
    const float whole = std::floor(a.value / b.value);
    ASSERT_EQ(std::fma(-whole, b.value, a.value), REST(a, Real(double(whole)), b).value) << a.value << ", " << b.value;
    const float near = moved(a.value / b.value, int(state >> 8) % 5 - 2);
    ASSERT_EQ(std::fma(-near, b.value, a.value), REST(a, Real(double(near)), b).value) << a.value << ", " << b.value;
  }
}

TEST(LanesVulkan, HalvesAreRoundedAwayFromZero) {
  uint32_t state = 3;
  for (int i = 0; i < 200000; ++i) {
    const Real x = anyReal(state, 30);
    ASSERT_EQ(std::round(x.value), ROUND(x).value) << x.value;
  }
  for (float x : {0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.49999997f, -0.49999997f, 8388607.5f, 8388609.0f, 0.0f, kInfinity,
                  -kInfinity}) {
    EXPECT_EQ(std::round(x), ROUND(Real(double(x))).value) << x;
  }
  EXPECT_TRUE(std::isnan(ROUND(Real(double(kNan))).value));
}

// Units of the result that a function is off by.
double units(float found, double exact) {
  const float unit = std::nextafter(std::fabs(float(exact)), kInfinity) - std::fabs(float(exact));
  return std::fabs(double(found) - exact) / double(unit);
}

TEST(LanesVulkan, ExponentialsAreWithinThreeUnits) {
  for (float x = -87.0f; x < 88.7f; x += 0.00137f)
    ASSERT_LT(units(EXP(Real(double(x))).value, std::exp(double(x))), 3.0) << x;
  EXPECT_EQ(1.0f, EXP(Real(0.0)).value);
  EXPECT_EQ(0.0f, EXP(Real(double(-kInfinity))).value);
  EXPECT_EQ(kInfinity, EXP(Real(double(kInfinity))).value);
  EXPECT_EQ(kInfinity, EXP(Real(89.0)).value);
  EXPECT_TRUE(std::isnan(EXP(Real(double(kNan))).value));
}

TEST(LanesVulkan, LogarithmsAreWithinThreeUnits) {
  uint32_t state = 11;
  for (int i = 0; i < 300000; ++i) {
    const float x = std::fabs(anyReal(state, i % 2 == 0 ? 1 : 120).value);
    error = int(nextRandom(state) >> 8) % 5 - 2;
    if (x == 1.0f) continue;
    ASSERT_LT(units(LOG(Real(double(x))).value, std::log(double(x))), 3.0) << x;
  }
  error = 0;
  EXPECT_EQ(0.0f, LOG(Real(1.0)).value);
  EXPECT_EQ(-kInfinity, LOG(Real(0.0)).value);
  EXPECT_EQ(kInfinity, LOG(Real(double(kInfinity))).value);
  EXPECT_TRUE(std::isnan(LOG(Real(-1.0)).value));
  EXPECT_TRUE(std::isnan(LOG(Real(double(kNan))).value));
  EXPECT_NEAR(std::log(1e-40), LOG(Real(1e-40)).value, 1e-4);
}

TEST(LanesVulkan, HalvesAreRoundedToEvenAndSaturate) {
  uint32_t state = 5;
  for (int i = 0; i < 300000; ++i) {
    const float x = anyReal(state, 26).value;
    const float kept = std::fmin(std::fmax(x, -65504.0f), 65504.0f);
    ASSERT_EQ(common::halfFromFloat(kept), uint16_t(halfBits(Real(double(x))))) << x;
  }
  for (uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const float x = common::floatFromHalf(uint16_t(bits));
    ASSERT_EQ(bits, halfBits(Real(double(x)))) << x;
  }
  EXPECT_EQ(0x7bffu, halfBits(Real(double(kInfinity))));
  EXPECT_EQ(0x7e00u, halfBits(Real(double(kNan))) & 0x7fffu);
}

TEST(LanesVulkan, HighWordsOfProducts) {
  EXPECT_EQ(-1, MULHI(-1, 1));
  EXPECT_EQ(0x40000000, MULHI(std::numeric_limits<int>::min(), std::numeric_limits<int>::min()));
}

}  // namespace
}  // namespace trireme::gpu
