#include "kernels/reference/hybrid.h"

#include <algorithm>
#include <cmath>

#include "kernels/common/lookup_table.h"

namespace trireme::reference {
namespace {

int8_t code(float value, int32_t low) {
  return int8_t(std::clamp(common::roundToCode(std::round(value), 0), low, 127));
}

}  // namespace

RunQuantization quantizeSymmetric(const float* values, int64_t count, int8_t* codes) {
  float range = 0;
  for (int64_t i = 0; i < count; ++i) range = std::max(range, std::abs(values[i]));
  if (range == 0) {
    std::fill_n(codes, count, int8_t(0));
    return {};
  }
  const float inverse = 127.0f / range;
  for (int64_t i = 0; i < count; ++i) codes[i] = code(values[i] * inverse, -127);
  return {range / 127.0f, 0};
}

RunQuantization quantizeAsymmetric(const float* values, int64_t count, int8_t* codes) {
  float low = 0, high = 0;
  for (int64_t i = 0; i < count; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
  if (low == high) {
    std::fill_n(codes, count, int8_t(0));
    return {};
  }
  const double scale = (double(high) - double(low)) / 255.0;
  // The zero point is taken from the end of the range that states it with the smaller error.
  const double lowSteps = double(low) / scale, highSteps = double(high) / scale;
  const bool fromLow = 128.0 + std::abs(lowSteps) < 127.0 + std::abs(highSteps);
  const double zero = std::round(std::clamp(fromLow ? -128.0 - lowSteps : 127.0 - highSteps, -128.0, 127.0));
  const RunQuantization result{float(scale), std::isnan(zero) ? 0 : int32_t(zero)};
  const float inverse = 1.0f / result.scale;
  for (int64_t i = 0; i < count; ++i) codes[i] = code(float(result.zero) + values[i] * inverse, -128);
  return result;
}

}  // namespace trireme::reference
