#pragma once

#include <limits>
#include <string>

#include "kernels/common/activation_range.h"
#include "kernels/common/lookup_table.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/operands.h"

// Activations on quantised codes that are no tables: function objects from code to code.
namespace trireme::reference {

// The clamps. TFLite divides the two scales as floats here.
template <class T>
class ReluCodes {
 public:
  ReluCodes(const TensorType& in, const TensorType& out, common::FloatRange bounds)
      : inputZero_(zeroOf(in)), outputZero_(zeroOf(out)) {
    constexpr int64_t kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
    multiplier_ = common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out))).value_or(common::Multiplier{});
    const auto end = [&](float real) { return outputZero_ + int64_t(std::round(real / scaleOf(out))); };
    range_.low = int32_t(std::max(kLow, end(bounds.low)));
    range_.high = int32_t(std::isinf(bounds.high) ? kHigh : std::min(kHigh, end(bounds.high)));
  }
  T operator()(T code) const {
    const int32_t scaled = common::multiply(int32_t(code) - inputZero_, multiplier_);
    // A low end above the high one wins, as where the maximum is taken last.
    const int32_t raised = std::min(common::wrappingAdd(scaled, outputZero_), range_.high);
    return T(std::max(raised, range_.low));
  }

 private:
  int32_t inputZero_ = 0, outputZero_ = 0;
  common::Multiplier multiplier_;
  common::CodeRange range_;
};
// Empty where ReluCodes can stand for the operator, else why not.
std::string reluComplaint(const TensorType& in, const TensorType& out, common::FloatRange bounds);

// Two multipliers by sign: 1 and alpha. A negative alpha is a negative multiple of its size.
template <class T>
class LeakyReluCodes {
 public:
  LeakyReluCodes(const TensorType& in, const TensorType& out, float alpha)
      : inputZero_(zeroOf(in)), outputZero_(zeroOf(out)), negative_(alpha < 0) {
    identity_ = common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out))).value_or(common::Multiplier{});
    slope_ =
        common::quantizeMultiplier(double(scaleOf(in) * std::abs(alpha) / scaleOf(out))).value_or(common::Multiplier{});
  }
  T operator()(T code) const {
    const int32_t value = int32_t(code) - inputZero_;
    int32_t scaled = common::multiply(value, value >= 0 ? identity_ : slope_);
    if (value < 0 && negative_) scaled = int32_t(0u - uint32_t(scaled));
    const common::CodeRange range{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
    return T(common::clamp(common::wrappingAdd(scaled, outputZero_), range));
  }

 private:
  int32_t inputZero_ = 0, outputZero_ = 0;
  bool negative_ = false;
  common::Multiplier identity_, slope_;
};
std::string leakyReluComplaint(const TensorType& in, const TensorType& out, float alpha);

// x * relu6(x + 3) / 6 in 16-bit fixed point.
struct HardSwishSteps {
  int32_t inputZero = 0, outputZero = 0;
  int16_t outputMantissa = 0, reluMantissa = 0;
  int outputShift = 0, reluShift = 0;  // outputShift is 0 or less
  HardSwishSteps(const TensorType& in, const TensorType& out);
  int32_t apply(int32_t code) const;  // before the clamp
};
template <class T>
class HardSwishCodes {
 public:
  HardSwishCodes(const TensorType& in, const TensorType& out) : steps_(in, out) {}
  T operator()(T code) const {
    const common::CodeRange range{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
    return T(common::clamp(steps_.apply(code), range));
  }

 private:
  HardSwishSteps steps_;
};
std::string hardSwishComplaint(const TensorType& in, const TensorType& out);

// LOGISTIC and TANH on int16 codes, from one table of the sigmoid.
class SigmoidCodes {
 public:
  enum class Form : uint8_t { Logistic, Tanh };
  SigmoidCodes(const TensorType& in, Form form);
  static bool accepts(const TensorType& in);
  int16_t operator()(int16_t code) const { return form_ == Form::Logistic ? logistic(code) : tanh(code); }

 private:
  int32_t scaled(int16_t code) const;
  int16_t logistic(int16_t code) const;
  int16_t tanh(int16_t code) const;
  Form form_;
  int32_t multiplier_ = 0;
  int shift_ = 0;
  const std::array<uint16_t, 256>* table_;
};

}  // namespace trireme::reference
