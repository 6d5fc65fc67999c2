#include "kernels/reference/activation_codes.h"

#include <cmath>

namespace trireme::reference {
namespace {

constexpr const char* kTooLarge = "the scales of input and output give a multiplier that is too large";

// A 32-bit mantissa rounded to 16 bits.
int16_t shortMantissa(int32_t mantissa) {
  constexpr int32_t kHalf = 1 << 15;
  return mantissa >= INT32_MAX - kHalf ? INT16_MAX : int16_t((mantissa + kHalf) >> 16);
}

// round(x / 2^exponent) on 16 bits. From 16 on, where nothing is left of x, TFLite's 16-bit masks leave its sign.
int16_t roundingShift16(int16_t x, int exponent) {
  if (exponent >= 16) return x < 0 ? int16_t(-1) : int16_t(1);
  return int16_t(common::roundingShift(x, exponent));
}

// The product of the high halves, cut towards zero.
int16_t doublingHighCut(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  return int16_t(int32_t(a) * b / (1 << 15));
}

struct HardSwishMultipliers {
  std::optional<common::Multiplier> output, relu;
};
HardSwishMultipliers hardSwishMultipliers(const TensorType& in, const TensorType& out) {
  const float fine = (1.0f / 128.0f) * scaleOf(in);
  return {common::quantizeMultiplier(double(fine / scaleOf(out))),
          common::quantizeMultiplier(double(fine / (3.0f / 32768.0f)))};
}

// Whether the input's scale is 2^(bits - 15) exactly: the table's own step.
std::optional<int> exactLog2(float scale) {
  int exponent = 0;
  if (std::frexp(scale, &exponent) != 0.5f) return std::nullopt;
  return exponent - 1;
}

}  // namespace

std::string reluComplaint(const TensorType& in, const TensorType& out, common::FloatRange bounds) {
  if (!common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out)))) return kTooLarge;
  const auto fits = [&](float real) { return std::isinf(real) || std::abs(real / scaleOf(out)) < 2147000000.0f; };
  return fits(bounds.low) && fits(bounds.high) ? "" : "the output's scale is too small for the bounds of the operator";
}

std::string leakyReluComplaint(const TensorType& in, const TensorType& out, float alpha) {
  const bool fits = common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out))) &&
                    common::quantizeMultiplier(double(scaleOf(in) * std::abs(alpha) / scaleOf(out)));
  return fits ? "" : kTooLarge;
}

std::string hardSwishComplaint(const TensorType& in, const TensorType& out) {
  const auto multipliers = hardSwishMultipliers(in, out);
  if (!multipliers.output || !multipliers.relu) return kTooLarge;
  return multipliers.output->shift <= 0 ? "" : "the input's scale must be at most 128 times that of the output";
}

HardSwishSteps::HardSwishSteps(const TensorType& in, const TensorType& out)
    : inputZero(zeroOf(in)), outputZero(zeroOf(out)) {
  const auto multipliers = hardSwishMultipliers(in, out);
  const common::Multiplier output = multipliers.output.value_or(common::Multiplier{});
  const common::Multiplier relu = multipliers.relu.value_or(common::Multiplier{});
  outputMantissa = shortMantissa(output.mantissa);
  outputShift = output.shift;
  reluMantissa = shortMantissa(relu.mantissa);
  reluShift = relu.shift;
}

int32_t HardSwishSteps::apply(int32_t code) const {
  const auto fine = int16_t((code - inputZero) * 128);
  const int16_t scaled = common::doublingHighMultiply16(fine, outputMantissa);
  // x / 3 in Q0.15, saturating. The last bit of a left shift comes after the product.
  int16_t gate = fine;
  if (reluShift > 0) gate = common::saturatingShiftLeft16(gate, reluShift - 1);
  gate = common::doublingHighMultiply16(gate, reluMantissa);
  if (reluShift > 0) gate = common::saturatingShiftLeft16(gate, 1);
  if (reluShift < 0) gate = roundingShift16(gate, -reluShift);
  gate = int16_t((gate + (1 << 15)) >> 1);  // from [-1, 1] to [0, 1]
  const int16_t product = doublingHighCut(gate, scaled);
  return int16_t(roundingShift16(product, -outputShift) + outputZero);
}

bool SigmoidCodes::accepts(const TensorType& in) { return scaleOf(in) * 4096.0 * 3.0 < 2147483648.0; }

SigmoidCodes::SigmoidCodes(const TensorType& in, Form form) : form_(form), table_(&common::sigmoidTable16()) {
  const auto log2 = exactLog2(scaleOf(in));
  // Steps of 2^-12 (and for tanh 2^-11) need no multiplier but the table's 3.
  if (log2 && (*log2 == -12 || (form == Form::Tanh && *log2 == -11))) {
    multiplier_ = 3 << (*log2 + 12);
    return;
  }
  double multiplier = double(scaleOf(in)) * 4096.0 * 3.0;
  while (multiplier <= 32767.0 / 2.0 && shift_ <= 30) {
    ++shift_;
    multiplier *= 2.0;
  }
  multiplier_ = int32_t(multiplier);
}

int32_t SigmoidCodes::scaled(int16_t code) const {
  const uint32_t round = shift_ > 0 ? uint32_t(1) << (shift_ - 1) : 0;
  return int32_t(uint32_t(int32_t(code)) * uint32_t(multiplier_) + round) >> shift_;
}

int16_t SigmoidCodes::logistic(int16_t code) const {
  const int32_t x = scaled(code);
  const uint32_t size = x < 0 ? 0u - uint32_t(x) : uint32_t(x);
  const uint32_t index = size >> 9, part = size & 0x1ff;
  uint32_t result = uint32_t(0x7FFF) << 10;
  if (index < 255) {
    const uint32_t low = (*table_)[index], high = (*table_)[index + 1];
    result = (low << 9) + part * (high - low);
  }
  result = x >= 0 ? result + (1u << 9) : (1u << 25) - result + (1u << 9) - 1;
  return int16_t(result >> 10);
}

int16_t SigmoidCodes::tanh(int16_t code) const {
  const int32_t x = scaled(code);
  const uint32_t size = x < 0 ? 0u - uint32_t(x) : uint32_t(x);
  const uint32_t index = size >> 8, part = size & 0xff;
  int32_t result = 0xFFFF << 8;
  if (index < 255) {
    const uint32_t low = (*table_)[index], high = (*table_)[index + 1];
    result = int32_t((low << 8) + part * (high - low));
  }
  constexpr int32_t kOne = 1 << 23, kHalf = 1 << 7;
  result = x >= 0 ? result - kOne + kHalf : -result + kOne + kHalf - 1;
  return int16_t(result >> 8);
}

}  // namespace trireme::reference
