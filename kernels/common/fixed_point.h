#pragma once

#include <cstdint>

// Functions on integers that stand for fractions: Qm.n has m integer and n fraction bits besides the sign.
namespace trireme::common {

// exp(a) in Q0.31 for a <= 0 in Q(integerBits).(31 - integerBits), integerBits 0 to 5.
int32_t expOfNegative(int32_t a, int integerBits);

// 1 / (1 + a) in Q0.31 for a from 0 to 1 in Q0.31.
int32_t oneOverOnePlus(int32_t a);

// 1 / x = mantissa * 2^-bitsOverUnit, mantissa from 1/2 to 1 in Q0.31, for x > 0 in Q(integerBits).(31 - integerBits).
struct Reciprocal {
  int32_t mantissa = 0;
  int bitsOverUnit = 0;
};
Reciprocal reciprocal(int32_t x, int integerBits);

}  // namespace trireme::common
