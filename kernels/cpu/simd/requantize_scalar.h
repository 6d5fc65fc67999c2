#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/common/quantized_multiplier.h"

// Requantisation of one sum, for the sources without vectors.
namespace trireme::cpu {

inline int32_t twoRoundings(int32_t sum, int32_t mantissa, int32_t left, int32_t right) {
  return common::multiply(sum, {mantissa, left > 0 ? left : -right});
}

// round(double(x) * scale), ties away from zero; what does not fit becomes the smallest integer.
inline int32_t byDouble(int32_t sum, double scale) {
  const double rounded = std::round(double(sum) * scale);
  return rounded >= -2147483648.0 && rounded <= 2147483647.0 ? int32_t(rounded) : INT32_MIN;
}

// The addition wraps, as in kernels/reference.
inline int32_t addClamp(int32_t x, int32_t zero, int32_t low, int32_t high) {
  const int32_t sum = int32_t(uint32_t(x) + uint32_t(zero));
  return sum < low ? low : (sum > high ? high : sum);
}

}  // namespace trireme::cpu
