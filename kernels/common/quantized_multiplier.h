#pragma once

#include <cstdint>
#include <optional>

// Multiplication of integers by a positive real number, as a fixed-point mantissa and a power of two: the rounding that
// every quantised operator shares bit for bit.
namespace trireme::common {

// The number mantissa * 2^(shift - 31). The mantissa lies in [2^30, 2^31), or is 0.
struct Multiplier {
  int32_t mantissa = 0;
  int32_t shift = 0;
  bool operator==(const Multiplier&) const = default;
};

inline constexpr int kLargestShift = 31;  // numbers from 2^31 on cannot be represented

// Rounded half away from zero; below 2^-32 becomes 0. Nothing for negative or not finite numbers, and from 2^31 on.
std::optional<Multiplier> quantizeMultiplier(double real);

// The real multiplier of a convolution's accumulator, inputScale * filterScale / outputScale: in double for int8 and
// int16, and for uint8 with the product of the inputs' scales rounded to float first.
inline double productScale(float input, float filter, float output) {
  return double(input) * double(filter) / double(output);
}
inline double productScaleUInt8(float input, float filter, float output) {
  const float product = input * filter;
  return double(product) / double(output);
}

// round(a * b / 2^31), ties up. Saturates for the one product that does not fit.
inline int32_t doublingHighMultiply(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return int32_t((int64_t(a) * b + (int64_t(1) << 30)) >> 31);
}
inline int16_t doublingHighMultiply16(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  return int16_t((int32_t(a) * b + (int32_t(1) << 14)) >> 15);
}

// round(x / 2^exponent), ties away from zero. exponent 0 to 62.
constexpr int64_t roundingShift(int64_t x, int exponent) {
  const int64_t half = (int64_t(1) << exponent) >> 1;
  return (x + half - int64_t(x < 0 && exponent > 0)) >> exponent;
}

// x * multiplier with TFLite's two roundings: ties up at bit 31, then ties away from zero. Products of x and a power of
// two above 1 wrap in 32 bits.
inline int32_t multiply(int32_t x, Multiplier multiplier) {
  const int left = multiplier.shift > 0 ? multiplier.shift : 0;
  const int right = multiplier.shift > 0 ? 0 : -multiplier.shift;
  const int32_t shifted = int32_t(uint32_t(x) << left);
  return int32_t(roundingShift(doublingHighMultiply(shifted, multiplier.mantissa), right));
}

// The same for 64-bit accumulators (int16 activations): the mantissa is first rounded to 16 bits, one rounding, ties
// up. Meant for |x| < 2^47 and shifts below 15; wraps outside.
inline int32_t multiply64(int64_t x, Multiplier multiplier) {
  const int64_t reduced = multiplier.mantissa < 0x7FFF0000 ? (multiplier.mantissa + (1 << 15)) >> 16 : 0x7FFF;
  const int total = 15 - multiplier.shift;
  const uint64_t product = uint64_t(x) * uint64_t(reduced) + (uint64_t(1) << (total - 1));
  return int32_t(uint32_t(uint64_t(int64_t(product) >> total)));
}
inline constexpr int kLargestShift64 = 14;

// a + b, wrapping, as the accumulators of every kernel do where a hostile model overflows them.
inline int32_t wrappingAdd(int32_t a, int32_t b) { return int32_t(uint32_t(a) + uint32_t(b)); }

// x * 2^exponent (exponent 0 to 31), kept within the type.
inline int32_t saturatingShiftLeft(int32_t x, int exponent) {
  const int64_t wide = int64_t(x) * (int64_t(1) << exponent);
  return wide > INT32_MAX ? INT32_MAX : (wide < INT32_MIN ? INT32_MIN : int32_t(wide));
}
inline int16_t saturatingShiftLeft16(int16_t x, int exponent) {
  const int64_t wide = int64_t(x) * (int64_t(1) << exponent);
  return int16_t(wide > INT16_MAX ? INT16_MAX : (wide < INT16_MIN ? INT16_MIN : wide));
}

}  // namespace trireme::common
