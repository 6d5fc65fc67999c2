#include "kernels/common/quantized_multiplier.h"

#include <cmath>

namespace trireme::common {

std::optional<Multiplier> quantizeMultiplier(double real) {
  if (!std::isfinite(real) || real < 0) return std::nullopt;
  if (real == 0) return Multiplier{};
  int shift = 0;
  const double fraction = std::frexp(real, &shift);
  auto mantissa = int64_t(std::round(fraction * double(int64_t(1) << 31)));
  if (mantissa == int64_t(1) << 31) {
    mantissa /= 2;
    ++shift;
  }
  if (shift < -31) return Multiplier{};
  if (shift > kLargestShift) return std::nullopt;
  return Multiplier{int32_t(mantissa), shift};
}

}  // namespace trireme::common
