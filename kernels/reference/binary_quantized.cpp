// ADD, SUB, MUL, DIV, SQUARED_DIFFERENCE on quantised codes, bit for bit as TFLite's reference kernels.

#include <bit>
#include <cmath>

#include "kernels/common/activation_range.h"
#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/binary.h"

namespace trireme::reference {
namespace {

using common::Multiplier;

struct Quantities {
  float left = 1, right = 1, out = 1;  // scales
  int32_t leftZero = 0, rightZero = 0, outZero = 0;
  DataType dtype = DataType::Int8;
};
Quantities quantitiesOf(const Graph& graph, const Node& node) {
  const TensorType& a = inputType(graph, node, 0);
  const TensorType& b = inputType(graph, node, 1);
  const TensorType& out = outputType(graph, node);
  return {scaleOf(a), scaleOf(b), scaleOf(out), zeroOf(a), zeroOf(b), zeroOf(out), a.dtype};
}

// Sums and differences: both inputs, shifted left by `shift` bits, are brought to twice the larger scale, and what they
// give from there to the output's.
struct CommonScale {
  int shift = 0;
  double left = 0, right = 0, out = 0;
};
CommonScale commonScale(const Quantities& q, OpKind op) {
  CommonScale common;
  const double twice = 2.0 * double(std::max(q.left, q.right));
  common.left = double(q.left) / twice;
  common.right = double(q.right) / twice;
  if (op == OpKind::SquaredDifference) {
    common.shift = 7;
    common.out = twice * twice / (double(1 << 14) * double(q.out));
  } else {
    common.shift = q.dtype == DataType::Int16 ? 15 : 20;
    common.out = twice / (double(1 << common.shift) * double(q.out));
  }
  return common;
}

// The multiplier of products and quotients, in float as TFLite computes it.
double directScale(const Quantities& q, OpKind op) {
  return op == OpKind::Mul ? double(q.left * q.right / q.out) : double(q.left / (q.right * q.out));
}

// int16 with scales that are powers of two: one input is shifted to the output's scale, the other has it.
struct PowerShifts {
  int left = 0, right = 0;  // to the right
};
std::optional<int> powerOfTwo(float scale) {
  const float exponent = std::log(scale) * (1.0f / std::log(2.0f));
  const float rounded = std::round(exponent);
  if (!(std::abs(exponent - rounded) < 1e-3f)) return std::nullopt;
  return int(rounded);
}
// Nothing where the scales, or the option, ask for the general form.
std::optional<PowerShifts> powerShifts(const Quantities& q, const Node& node) {
  const auto* params = std::get_if<AddParams>(&node.params);
  if (q.dtype != DataType::Int16 || params == nullptr || !params->potScaleInt16) return std::nullopt;
  const auto left = powerOfTwo(q.left), right = powerOfTwo(q.right), out = powerOfTwo(q.out);
  if (!left || !right || !out) return std::nullopt;
  return PowerShifts{*out - *left, *out - *right};
}

void askPowers(Questions& questions, const PowerShifts& shifts) {
  const bool one = shifts.left == 0 || shifts.right == 0;
  const bool right = shifts.left >= 0 && shifts.right >= 0 && shifts.left <= 15 && shifts.right <= 15;
  questions.require(one && right, ReasonCode::Quantization,
                    "with scales that are powers of two one input must have the output's scale and the other a scale "
                    "up to 2^15 times smaller");
}

template <class T>
struct Codes {
  Quantities q;
  common::CodeRange range;
  T clamped(int64_t code) const { return T(code < range.low ? range.low : (code > range.high ? range.high : code)); }
};

int32_t scaled(int32_t code, int32_t zero, int shift, Multiplier multiplier) {
  return common::multiply(int32_t(int64_t(code - zero) << shift), multiplier);
}

// A side of a sum: 8-bit codes by table, int16 codes by arithmetic.
template <class T>
class Side {
 public:
  Side(int32_t zero, int shift, Multiplier multiplier) : zero_(zero), shift_(shift), multiplier_(multiplier) {
    if constexpr (sizeof(T) == 1) {
      for (int i = 0; i < 256; ++i) table_[size_t(i)] = scaled(T(i), zero, shift, multiplier);
    }
  }
  int32_t operator()(T code) const {
    if constexpr (sizeof(T) == 1) {
      return table_[uint8_t(code)];
    } else {
      return scaled(code, zero_, shift_, multiplier_);
    }
  }

 private:
  int32_t zero_;
  int shift_;
  Multiplier multiplier_;
  std::array<int32_t, sizeof(T) == 1 ? 256 : 1> table_{};
};

template <class T>
Prepared prepareSum(const Graph& graph, const Node& node, const Codes<T>& codes) {
  const CommonScale common = commonScale(codes.q, node.op);
  struct Parts {
    Side<T> left, right;
    Multiplier out;
    Codes<T> codes;
  };
  const auto parts = std::make_shared<const Parts>(
      Parts{Side<T>(codes.q.leftZero, common.shift, *common::quantizeMultiplier(common.left)),
            Side<T>(codes.q.rightZero, common.shift, *common::quantizeMultiplier(common.right)),
            *common::quantizeMultiplier(common.out), codes});
  const auto finish = [parts](int32_t raw) {
    return parts->codes.clamped(int64_t(common::multiply(raw, parts->out)) + parts->codes.q.outZero);
  };
  switch (node.op) {
    case OpKind::Add:
      return prepareBinary<T>(graph, node,
                              [parts, finish](T a, T b) { return finish(parts->left(a) + parts->right(b)); });
    case OpKind::Sub:
      return prepareBinary<T>(graph, node,
                              [parts, finish](T a, T b) { return finish(parts->left(a) - parts->right(b)); });
    default:
      return prepareBinary<T>(graph, node, [parts, finish](T a, T b) {
        const int32_t difference = parts->left(a) - parts->right(b);
        return finish(difference * difference);
      });
  }
}

template <class T>
Prepared preparePowers(const Graph& graph, const Node& node, const Codes<T>& codes, const PowerShifts& shifts) {
  const bool adds = node.op == OpKind::Add;
  return prepareBinary<T>(graph, node, [codes, shifts, adds](T a, T b) {
    const int64_t left = common::roundingShift(a, shifts.left), right = common::roundingShift(b, shifts.right);
    return codes.clamped(adds ? left + right : left - right);
  });
}

template <class T>
Prepared prepareMul(const Graph& graph, const Node& node, const Codes<T>& codes) {
  const Multiplier multiplier = *common::quantizeMultiplier(directScale(codes.q, node.op));
  return prepareBinary<T>(graph, node, [codes, multiplier](T a, T b) {
    const int32_t product = (a - codes.q.leftZero) * (b - codes.q.rightZero);
    return codes.clamped(int64_t(common::multiply(product, multiplier)) + codes.q.outZero);
  });
}

// a / b as a times the reciprocal of b, both with as many bits as fit.
int64_t quotient(int32_t a, int32_t b, Multiplier multiplier) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  const common::Reciprocal reciprocal = common::reciprocal(b, 31);
  const int headroom = std::countl_zero(uint32_t(a < 0 ? ~a : a)) - 1;
  const int32_t full = common::doublingHighMultiply(int32_t(uint32_t(a) << headroom), reciprocal.mantissa);
  const int32_t product = common::doublingHighMultiply(full, multiplier.mantissa);
  const int shift = multiplier.shift - reciprocal.bitsOverUnit - headroom;
  if (shift >= 0) return int64_t(product) * (int64_t(1) << std::min(shift, 31));
  return common::roundingShift(product, std::min(-shift, 62));
}

template <class T>
Prepared prepareDiv(const Graph& graph, const Node& node, const Codes<T>& codes) {
  const Multiplier multiplier = *common::quantizeMultiplier(directScale(codes.q, node.op));
  Prepared prepared = prepareBinary<T>(graph, node, [codes, multiplier](T a, T b) {
    return codes.clamped(quotient(a - codes.q.leftZero, b - codes.q.rightZero, multiplier) + codes.q.outZero);
  });
  prepared.check = refuseZeroDivisors<T>(elementCount(inputType(graph, node, 1)), T(codes.q.rightZero));
  return prepared;
}

template <class T>
Prepared prepareCodes(const Graph& graph, const Node& node) {
  Codes<T> codes{quantitiesOf(graph, node), {}};
  codes.range = *common::activationRange(binaryActivation(node), codes.q.dtype, codes.q.out, codes.q.outZero);
  if (node.op == OpKind::Mul) return prepareMul<T>(graph, node, codes);
  if (node.op == OpKind::Div) return prepareDiv<T>(graph, node, codes);
  if (const auto shifts = powerShifts(codes.q, node)) return preparePowers<T>(graph, node, codes, *shifts);
  return prepareSum<T>(graph, node, codes);
}

}  // namespace

QuantizedBinary quantizedBinary(const Graph& graph, const Node& node) {
  const Quantities q = quantitiesOf(graph, node);
  QuantizedBinary numbers;
  numbers.leftZero = q.leftZero;
  numbers.rightZero = q.rightZero;
  numbers.outZero = q.outZero;
  numbers.range = *common::activationRange(binaryActivation(node), q.dtype, q.out, q.outZero);
  if (node.op == OpKind::Mul || node.op == OpKind::Div) {
    numbers.form = QuantizedBinary::Form::Direct;
    numbers.out = *common::quantizeMultiplier(directScale(q, node.op));
    return numbers;
  }
  if (const auto shifts = powerShifts(q, node)) {
    numbers.form = QuantizedBinary::Form::Powers;
    numbers.leftPower = shifts->left;
    numbers.rightPower = shifts->right;
    // Codes as they are: both zero points are 0, and the result is not moved.
    return numbers;
  }
  const CommonScale common = commonScale(q, node.op);
  numbers.shift = common.shift;
  numbers.left = *common::quantizeMultiplier(common.left);
  numbers.right = *common::quantizeMultiplier(common.right);
  numbers.out = *common::quantizeMultiplier(common.out);
  return numbers;
}

void askQuantizedBinary(Questions& questions) {
  const Node& node = questions.node();
  const bool left = questions.inputPerTensor(0), right = questions.inputPerTensor(1);
  if (!questions.outputPerTensor() || !left || !right) return;
  const Quantities q = quantitiesOf(questions.graph(), node);
  questions.require(common::activationRange(binaryActivation(node), q.dtype, q.out, q.outZero).has_value(),
                    ReasonCode::Quantization, "the ends of the fused activation do not fit the output's scale");
  if (node.op == OpKind::Mul || node.op == OpKind::Div) {
    const double real = directScale(q, node.op);
    questions.require(common::quantizeMultiplier(real).has_value(), ReasonCode::Quantization,
                      "the scales give a multiplier of " + std::to_string(real) + ", which is too large");
    return;
  }
  if (const auto shifts = powerShifts(q, node)) return askPowers(questions, *shifts);
  const CommonScale common = commonScale(q, node.op);
  // TFLite's kernels have the form for multipliers below 1 only.
  questions.require(
      std::isfinite(common.out) && common.out < 1, ReasonCode::Quantization,
      "the scales give an output multiplier of " + std::to_string(common.out) + ", the operator is defined below 1");
}

Prepared prepareQuantizedBinary(const Graph& graph, const Node& node) {
  switch (inputType(graph, node, 0).dtype) {
    case DataType::UInt8:
      return prepareCodes<uint8_t>(graph, node);
    case DataType::Int16:
      return prepareCodes<int16_t>(graph, node);
    default:
      return prepareCodes<int8_t>(graph, node);
  }
}

}  // namespace trireme::reference
