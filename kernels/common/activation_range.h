#pragma once

#include <optional>

#include "trireme/graph.h"

// The interval that a fused activation leaves, in floats and in quantised codes.
namespace trireme::common {

struct FloatRange {
  float low = 0, high = 0;
};
// Nothing for TANH and SIGN_BIT, which are no clamps. None clamps to the finite floats, as TFLite does.
std::optional<FloatRange> activationRange(Activation activation);
// NaN stays NaN.
inline float clamp(float value, FloatRange range) {
  const float raised = value < range.low ? range.low : value;
  return range.high < raised ? range.high : raised;
}

struct CodeRange {
  int32_t low = 0, high = 0;
};
// The same for codes of `dtype` (int8, uint8, int16, int32): the type's range cut by the activation's ends, quantised.
// Nothing for TANH and SIGN_BIT, and where an end does not fit in 32 bits.
std::optional<CodeRange> activationRange(Activation activation, DataType dtype, float scale, int32_t zeroPoint);
inline int32_t clamp(int32_t code, CodeRange range) {
  return code < range.low ? range.low : (code > range.high ? range.high : code);
}

}  // namespace trireme::common
