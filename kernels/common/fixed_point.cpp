#include "kernels/common/fixed_point.h"

#include <bit>

#include "kernels/common/quantized_multiplier.h"

namespace trireme::common {
namespace {

int32_t wrappingSubtract(int32_t a, int32_t b) { return int32_t(uint32_t(a) - uint32_t(b)); }

// exp(a) for a from -1/4 to 0, in Q0.31: the series to the fourth power around -1/8.
int32_t expNearZero(int32_t a) {
  constexpr int32_t kExpOfMinusEighth = 1895147668;  // exp(-1/8) * 2^31
  constexpr int32_t kThird = 715827883;              // 2^31 / 3
  const int32_t x = wrappingAdd(a, int32_t(1) << 28);
  const int32_t x2 = doublingHighMultiply(x, x);
  const int32_t x3 = doublingHighMultiply(x2, x);
  const int32_t x4 = doublingHighMultiply(x2, x2);
  const int32_t x4Quarter = int32_t(roundingShift(x4, 2));
  // x^4 / 24 + x^3 / 6 + x^2 / 2
  const int32_t high =
      int32_t(roundingShift(wrappingAdd(doublingHighMultiply(wrappingAdd(x4Quarter, x3), kThird), x2), 1));
  return wrappingAdd(kExpOfMinusEighth, doublingHighMultiply(kExpOfMinusEighth, wrappingAdd(x, high)));
}

// exp(-2^power) * 2^31 for power from -2 to 4.
constexpr int32_t kExpOfPowers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};

}  // namespace

int32_t expOfNegative(int32_t a, int integerBits) {
  if (a == 0) return INT32_MAX;
  const int fraction = 31 - integerBits;
  const int32_t quarter = int32_t(1) << (fraction - 2);
  const int32_t nearZero = (a & (quarter - 1)) - quarter;  // a modulo 1/4, from -1/4 to 0
  int32_t result = expNearZero(saturatingShiftLeft(nearZero, integerBits));
  const int32_t remainder = wrappingSubtract(nearZero, a);  // a multiple of 1/4
  for (int power = -2; power < integerBits && power <= 4; ++power) {
    if ((remainder & (int32_t(1) << (fraction + power))) != 0) {
      result = doublingHighMultiply(result, kExpOfPowers[power + 2]);
    }
  }
  return result;
}

int32_t oneOverOnePlus(int32_t a) {
  // Newton's steps for the reciprocal of the half denominator d = (1 + a) / 2, from 48/17 - 32/17 d, in Q2.29.
  constexpr int32_t k48Over17 = 1515870810;
  constexpr int32_t kMinus32Over17 = -1010580540;
  const int32_t half = int32_t((int64_t(a) + INT32_MAX + 1) / 2);
  int32_t x = wrappingAdd(k48Over17, doublingHighMultiply(half, kMinus32Over17));
  for (int step = 0; step < 3; ++step) {
    const int32_t rest = wrappingSubtract(int32_t(1) << 29, doublingHighMultiply(half, x));
    x = wrappingAdd(x, saturatingShiftLeft(doublingHighMultiply(x, rest), 2));
  }
  return saturatingShiftLeft(x, 1);
}

Reciprocal reciprocal(int32_t x, int integerBits) {
  const int headroom = std::countl_zero(uint32_t(x));
  const auto minusOne = int32_t((uint32_t(x) << headroom) - (uint32_t(1) << 31));
  return {oneOverOnePlus(minusOne), integerBits - headroom};
}

}  // namespace trireme::common
