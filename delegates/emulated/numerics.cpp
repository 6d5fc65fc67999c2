#include "delegates/emulated/numerics.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace trireme::emulated {
namespace {

struct Shape16 {
  int mantissaBits;
  float leastNormal, largest;
};
Shape16 shapeOf(NumberFormat format) {
  if (format == NumberFormat::BFloat16) return {7, 0x1p-126f, 0x1.FEp127f};
  return {10, 0x1p-14f, 65504.0f};
}

// A number of steps to a whole one.
double wholeSteps(Rounding rounding, double steps) {
  switch (rounding) {
    case Rounding::HalfAway:
      return std::round(steps);
    case Rounding::Truncate:
      return std::trunc(steps);
    case Rounding::HalfEven:
      break;
  }
  const double down = std::floor(steps), rest = steps - down;
  if (rest != 0.5) return rest < 0.5 ? down : down + 1;
  return std::fmod(down, 2) == 0 ? down : down + 1;
}

}  // namespace

float rounded(const Numerics& numerics, float value) {
  if (numerics.format == NumberFormat::Float32 || !std::isfinite(value) || value == 0) return value;
  const Shape16 shape = shapeOf(numerics.format);
  const double magnitude = std::abs(double(value));
  if (numerics.flushDenormals && magnitude < double(shape.leastNormal)) return std::copysign(0.0f, value);
  // The distance between neighbours at this magnitude; below the least normal number it stays what it is there.
  int exponent = 0;
  std::frexp(std::max(magnitude, double(shape.leastNormal)), &exponent);
  const double step = std::ldexp(1.0, exponent - 1 - shape.mantissaBits);
  const double result = wholeSteps(numerics.rounding, magnitude / step) * step;
  if (result <= double(shape.largest)) return std::copysign(float(result), value);
  const bool keeps = numerics.saturate || numerics.rounding == Rounding::Truncate;
  return std::copysign(keeps ? shape.largest : INFINITY, value);
}

void roundAll(const Numerics& numerics, std::span<const std::byte> from, std::span<std::byte> to) {
  for (size_t at = 0; at + sizeof(float) <= from.size(); at += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, from.data() + at, sizeof(value));
    value = rounded(numerics, value);
    std::memcpy(to.data() + at, &value, sizeof(value));
  }
}

std::string_view formatName(NumberFormat format) {
  if (format == NumberFormat::Float32) return "float32";
  return format == NumberFormat::Float16 ? "float16" : "bfloat16";
}

std::string_view roundingName(Rounding rounding) {
  if (rounding == Rounding::HalfEven) return "half-even";
  return rounding == Rounding::HalfAway ? "half-away" : "truncate";
}

}  // namespace trireme::emulated
