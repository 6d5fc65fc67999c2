#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

// Functions of one variable on quantised codes, as tables.
namespace trireme::common {

// round(value) + zeroPoint as a 32-bit integer, the way x86 converts: what does not fit (and NaN) becomes the smallest
// integer.
inline int32_t roundToCode(float rounded, int32_t zeroPoint) {
  const float code = rounded + float(zeroPoint);
  if (!(code >= -2147483648.0f && code < 2147483648.0f)) return std::numeric_limits<int32_t>::min();
  return int32_t(code);
}

// Output codes of an 8-bit type T (int8_t, uint8_t) for every input code; at() takes the code.
template <class T>
class LookupTable8 {
 public:
  LookupTable8() = default;
  template <class Function>
  LookupTable8(float inputScale, int32_t inputZero, float outputScale, int32_t outputZero, Function&& function) {
    constexpr int32_t kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
    const float inverse = 1.0f / outputScale;
    for (int32_t code = kLow; code <= kHigh; ++code) {
      const float real = inputScale * float(code - inputZero);
      const int32_t out = roundToCode(std::round(function(real) * inverse), outputZero);
      codes_[uint8_t(code)] = T(std::clamp(out, kLow, kHigh));
    }
  }
  T at(T code) const { return codes_[uint8_t(code)]; }

 private:
  std::array<T, 256> codes_{};
};

// A function on int16 codes: 512 segments with linear interpolation, each moved by half its error in the middle. `Real`
// is the type of the arithmetic that fills the table.
class LookupTable16 {
 public:
  LookupTable16() = default;
  template <class Real, class Function>
  LookupTable16(Real inputScale, int32_t inputZero, Real outputScale, int32_t outputZero, Function&& function) {
    constexpr int32_t kLow = -32768, kHigh = 32767;
    constexpr int kSteps = 512;
    const Real inputMin = inputScale * Real(kLow - inputZero), inputMax = inputScale * Real(kHigh - inputZero);
    const Real outputMin = outputScale * Real(kLow - outputZero), outputMax = outputScale * Real(kHigh - outputZero);
    const Real step = (inputMax - inputMin) / kSteps;
    const Real inverse = Real(65536) / (outputMax - outputMin);
    const auto keep = [](Real value) {
      return std::isnan(value) ? int16_t(0) : int16_t(std::min(std::max(value, Real(kLow)), Real(kHigh)));
    };
    for (int i = 0; i < kSteps; ++i) {
      const Real here = function(inputMin + Real(i) * step);
      const Real between = function(inputMin + Real(i) * step + step / 2);
      const Real next = function(inputMin + Real(i + 1) * step);
      const Real sample = std::round(here * inverse);
      const Real straight = std::round((next * inverse + sample) / 2);
      const Real error = straight - std::round(between * inverse);
      entries_[size_t(i)] = keep(sample - std::round(error / 2));
    }
    entries_[kSteps] = keep(std::round(function(inputMax) * inverse));
  }
  int16_t at(int16_t code) const {
    const auto index = size_t(256 + (code >> 7));
    const int32_t base = entries_[index];
    const auto slope = int16_t(entries_[index + 1] - base);  // wraps where a table jumps over half its range
    return int16_t(base + ((slope * (code & 0x7f) + 64) >> 7));
  }
  // The ends of the segments, for who walks them itself.
  const std::array<int16_t, 513>& entries() const { return entries_; }

 private:
  std::array<int16_t, 513> entries_{};
};

// sigmoid(i / 24) as a fraction of 65536, for i from 0 to 255, made for linear interpolation: the table behind LOGISTIC
// and TANH on int16.
const std::array<uint16_t, 256>& sigmoidTable16();

}  // namespace trireme::common
