#include "kernels/common/activation_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace trireme::common {
namespace {

constexpr float kMost = std::numeric_limits<float>::max();

CodeRange typeRange(DataType dtype) {
  switch (dtype) {
    case DataType::Int8:
      return {-128, 127};
    case DataType::UInt8:
      return {0, 255};
    case DataType::Int16:
      return {-32768, 32767};
    default:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

std::optional<int32_t> quantizeEnd(float end, float scale, int32_t zeroPoint) {
  const double code = double(std::round(end / scale)) + zeroPoint;
  if (!(std::abs(code) <= 2147483647.0)) return std::nullopt;
  return int32_t(code);
}

}  // namespace

std::optional<FloatRange> activationRange(Activation activation) {
  switch (activation) {
    case Activation::None:
      return FloatRange{-kMost, kMost};
    case Activation::Relu:
      return FloatRange{0, kMost};
    case Activation::ReluN1To1:
      return FloatRange{-1, 1};
    case Activation::Relu6:
      return FloatRange{0, 6};
    default:
      return std::nullopt;
  }
}

std::optional<CodeRange> activationRange(Activation activation, DataType dtype, float scale, int32_t zeroPoint) {
  const std::optional<FloatRange> real = activationRange(activation);
  if (!real) return std::nullopt;
  CodeRange range = typeRange(dtype);
  if (real->low != -kMost) {
    const auto low = quantizeEnd(real->low, scale, zeroPoint);
    if (!low) return std::nullopt;
    range.low = std::max(range.low, *low);
  }
  if (real->high != kMost) {
    const auto high = quantizeEnd(real->high, scale, zeroPoint);
    if (!high) return std::nullopt;
    range.high = std::min(range.high, *high);
  }
  return range;
}

}  // namespace trireme::common
