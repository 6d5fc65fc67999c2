#include "tests/support/error_bound.h"

#include <algorithm>
#include <cmath>

namespace trireme::support {
namespace {

constexpr double kMostHalf = 65504;

// The unit in the last place of a number of `bits` significant bits, not below that of the smallest normal number.
double unit(double value, int bits, int leastExponent) {
  if (value == 0 || !std::isfinite(value)) return std::ldexp(1.0, leastExponent - bits);
  return std::ldexp(1.0, std::max(std::ilogb(value) + 1, leastExponent) - bits);
}
double unitOfSingle(double value) { return unit(value, 24, -125); }
double unitOfHalf(double value) { return unit(value, 11, -13); }

}  // namespace

ErrorBound ErrorBound::exact() { return {0, 0, 0}; }
ErrorBound ErrorBound::sum() { return {0.5, 0, 4 * 0x1p-24}; }
ErrorBound ErrorBound::function(double units, double absolute) { return {units, absolute, 0}; }

double ErrorBound::allowed(const Value& wanted, Storage storage) const {
  const double factor = perMagnitude_ * (1 + std::sqrt(wanted.terms) / 4);
  const double single = units_ * unitOfSingle(wanted.value) + absolute_ + factor * wanted.magnitude;
  return storage == Storage::Single ? single : single + 0.5 * unitOfHalf(std::abs(wanted.value) + single);
}

bool ErrorBound::accepts(const Value& wanted, float actual, Storage storage) const {
  const double value = wanted.value;
  if (std::isnan(value)) return std::isnan(actual);
  if (std::isinf(value)) return double(actual) == value;
  const double bound = allowed(wanted, storage);
  if (storage == Storage::Half && std::abs(value) + bound > kMostHalf) {
    return std::abs(double(actual)) >= kMostHalf && std::signbit(actual) == std::signbit(value);
  }
  return std::abs(double(actual) - value) <= bound;
}

}  // namespace trireme::support
