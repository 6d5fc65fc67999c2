// ABS, NEG, EXP, LOG, SQRT, RSQRT, SQUARE.

#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>

#include "kernels/common/lookup_table.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

using common::LookupTable16;
using common::LookupTable8;
using common::Multiplier;
using enum DataType;

template <class T, class Function>
Prepared prepareEach(const Graph& graph, const Node& node, Function function) {
  const int64_t elements = elementCount(outputType(graph, node));
  Prepared prepared;
  prepared.rows = elementRows(elements);
  prepared.run = [elements, function](const Operands& operands, Rows rows) {
    const ElementRange range = elementsOf(rows, elements);
    const T* in = input<T>(operands, 0);
    T* out = output<T>(operands);
    for (int64_t i = range.begin; i < range.end; ++i) out[i] = function(in[i]);
  };
  return prepared;
}

// check() of functions that are not defined below the zero point.
template <class T>
std::function<Status(const Operands&)> refuseBelow(int64_t count, int32_t zero) {
  return [count, zero](const Operands& operands) {
    const T* codes = input<T>(operands, 0);
    for (int64_t i = 0; i < count; ++i) {
      if (codes[i] < zero) {
        return Status::error(Code::InvalidArgument, "element " + std::to_string(i) + " is negative: code " +
                                                        std::to_string(codes[i]) + ", zero point " +
                                                        std::to_string(zero));
      }
    }
    return Status();
  };
}

template <class T>
T negate(T value) {
  if constexpr (std::is_integral_v<T>) {
    return T(uint64_t(0) - uint64_t(value));  // the smallest stays
  } else {
    return -value;
  }
}

template <class T>
Prepared prepareNeg(const Graph& graph, const Node& node) {
  return prepareEach<T>(graph, node, [](T value) { return negate(value); });
}
template <class T>
Prepared prepareAbs(const Graph& graph, const Node& node) {
  return prepareEach<T>(graph, node, [](T value) {
    if constexpr (std::is_integral_v<T>) {
      return value < 0 ? negate(value) : value;
    } else {
      return std::abs(value);
    }
  });
}

struct Scales {
  float in = 1, out = 1;
  int32_t inZero = 0, outZero = 0;
};
Scales scalesOf(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& out = outputType(graph, node);
  return {scaleOf(in), scaleOf(out), zeroOf(in), zeroOf(out)};
}

template <class T>
T keep(int64_t code) {
  return T(std::clamp<int64_t>(code, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}

template <class T>
Prepared prepareAbsCodes(const Graph& graph, const Node& node) {
  const Scales s = scalesOf(graph, node);
  const bool same = s.in == s.out;
  const Multiplier multiplier = same ? Multiplier{} : *common::quantizeMultiplier(double(s.in / s.out));
  return prepareEach<T>(graph, node, [s, same, multiplier](T code) {
    const int32_t value = std::abs(code - s.inZero);
    return keep<T>(int64_t(same ? value : common::multiply(value, multiplier)) + s.outZero);
  });
}

// Rounded towards zero, as TFLite does for SQRT alone.
template <class T>
Prepared prepareSqrtCodes(const Graph& graph, const Node& node) {
  const Scales s = scalesOf(graph, node);
  Prepared prepared = prepareEach<T>(graph, node, [s](T code) {
    const float root = std::sqrt(s.in * float(code - s.inZero)) / s.out;
    return keep<T>(int64_t(std::fmin(root, 1e9f)) + s.outZero);
  });
  prepared.check = refuseBelow<T>(elementCount(inputType(graph, node, 0)), s.inZero);
  return prepared;
}

// 1 / sqrt(value) for 1 <= value < 2^16, as a multiplier: Newton's steps from 1 on numbers in Q3.28.
Multiplier inverseSqrt(int32_t value) {
  using common::doublingHighMultiply;
  if (value <= 1) return {INT32_MAX, 0};
  int32_t x = value;
  int halvings = 11;
  while (x < (1 << 27)) {  // to [2^27, 2^29), in steps of 4
    x <<= 2;
    --halvings;
  }
  const int32_t in = x >> 1;  // in Q3.28
  const auto half = int32_t(common::roundingShift(in, 1));
  constexpr int32_t kHalfThree = (1 << 28) + (1 << 27);
  constexpr int32_t kHalfSqrt2 = 1518500250;
  int32_t root = 1 << 28;
  for (int step = 0; step < 5; ++step) {
    const int32_t square = doublingHighMultiply(root, root);
    const int32_t cube = common::saturatingShiftLeft(doublingHighMultiply(square, root), 6);
    const int32_t next = doublingHighMultiply(kHalfThree, root) - doublingHighMultiply(half, cube);
    root = common::saturatingShiftLeft(next, 3);
  }
  root = doublingHighMultiply(root, kHalfSqrt2);
  if (halvings < 0) return {int32_t(uint32_t(root) << -halvings), 0};
  return {root, -halvings};
}

Prepared prepareRsqrtInt8(const Graph& graph, const Node& node) {
  const Scales s = scalesOf(graph, node);
  const Multiplier scale = *common::quantizeMultiplier(1.0 / double(std::sqrt(s.in) * s.out));
  constexpr int kShift = 20;  // keeps the fraction of the root in an integer
  const Multiplier rest{scale.mantissa, scale.shift - kShift};
  auto table = std::make_shared<std::array<int8_t, 256>>();
  for (int32_t code = s.inZero; code <= 127; ++code) {
    int8_t& out = (*table)[uint8_t(code)];
    const int32_t value = code - s.inZero;
    if (value == 0) {
      out = 127;
      continue;
    }
    Multiplier root = inverseSqrt(value);
    root.shift += kShift;
    out = keep<int8_t>(int64_t(common::multiply(common::multiply(1, root), rest)) + s.outZero);
  }
  Prepared prepared = prepareEach<int8_t>(graph, node, [table](int8_t code) { return (*table)[uint8_t(code)]; });
  prepared.check = refuseBelow<int8_t>(elementCount(inputType(graph, node, 0)), s.inZero);
  return prepared;
}

// Values far outside of the output's range are cut to what the table's arithmetic can hold: they saturate.
template <class T, class Function>
Prepared prepareTable(const Graph& graph, const Node& node, Function function) {
  constexpr bool kBytes = std::is_same_v<T, int8_t>;
  using Table = std::conditional_t<kBytes, LookupTable8<int8_t>, LookupTable16>;
  const Scales s = scalesOf(graph, node);
  const float most = std::fmin((kBytes ? 1e9f : 8e37f) * s.out, std::numeric_limits<float>::max());
  const auto table = std::make_shared<const Table>(s.in, s.inZero, s.out, s.outZero, [most, function](float value) {
    return std::clamp(function(value), -most, most);
  });
  return prepareEach<T>(graph, node, [table](T code) { return table->at(code); });
}

template <class T>
Prepared prepareLogCodes(const Graph& graph, const Node& node) {
  const Scales s = scalesOf(graph, node);
  const float least = float(std::numeric_limits<T>::min() - s.outZero) * s.out;
  return prepareTable<T>(graph, node, [least](float value) { return value <= 0.0f ? least : std::log(value); });
}

Prepared prepareRsqrtInt16(const Graph& graph, const Node& node) {
  const Scales s = scalesOf(graph, node);
  const float most = 32767.0f * s.out;
  Prepared prepared = prepareTable<int16_t>(
      graph, node, [most](float value) { return value <= 0.0f ? most : 1.0f / std::sqrt(value); });
  prepared.check = refuseBelow<int16_t>(elementCount(inputType(graph, node, 0)), s.inZero);
  return prepared;
}

Prepared prepareFloat(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpKind::Abs:
      return prepareAbs<float>(graph, node);
    case OpKind::Neg:
      return prepareNeg<float>(graph, node);
    case OpKind::Exp:
      return prepareEach<float>(graph, node, [](float value) { return std::exp(value); });
    case OpKind::Log:
      return prepareEach<float>(graph, node, [](float value) { return std::log(value); });
    case OpKind::Sqrt:
      return prepareEach<float>(graph, node, [](float value) { return std::sqrt(value); });
    case OpKind::Rsqrt:
      return prepareEach<float>(graph, node, [](float value) { return 1.0f / std::sqrt(value); });
    default:  // Square
      return prepareEach<float>(graph, node, [](float value) { return value * value; });
  }
}

Prepared prepareInt8(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpKind::Abs:
      return prepareAbsCodes<int8_t>(graph, node);
    case OpKind::Neg:
      return prepareNeg<int8_t>(graph, node);
    case OpKind::Exp:
      return prepareTable<int8_t>(graph, node, [](float value) { return std::exp(value); });
    case OpKind::Log:
      return prepareLogCodes<int8_t>(graph, node);
    case OpKind::Sqrt:
      return prepareSqrtCodes<int8_t>(graph, node);
    default:  // Rsqrt
      return prepareRsqrtInt8(graph, node);
  }
}

Prepared prepareInt16(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpKind::Abs:
      return isQuantized(inputType(graph, node, 0)) ? prepareAbsCodes<int16_t>(graph, node)
                                                    : prepareAbs<int16_t>(graph, node);
    case OpKind::Neg:
      return prepareNeg<int16_t>(graph, node);
    case OpKind::Exp:
      return prepareTable<int16_t>(graph, node, [](float value) { return std::exp(value); });
    case OpKind::Log:
      return prepareLogCodes<int16_t>(graph, node);
    case OpKind::Sqrt:
      return prepareSqrtCodes<int16_t>(graph, node);
    default:  // Rsqrt
      return prepareRsqrtInt16(graph, node);
  }
}

Result<Prepared> prepareUnary(const Graph& graph, const Node& node) {
  switch (inputType(graph, node, 0).dtype) {
    case Int8:
      return prepareInt8(graph, node);
    case Int16:
      return prepareInt16(graph, node);
    case Int32:
      return node.op == OpKind::Abs ? prepareAbs<int32_t>(graph, node) : prepareNeg<int32_t>(graph, node);
    case Int64:
      return prepareNeg<int64_t>(graph, node);
    default:
      return prepareFloat(graph, node);
  }
}

// The scales' own conditions: multipliers that can be represented, tables that can be filled.
void askScales(Questions& questions) {
  const Node& node = questions.node();
  const bool in = questions.inputPerTensor(0);
  if (!questions.outputPerTensor() || !in) return;
  const Scales s = scalesOf(questions.graph(), node);
  double real = 1;
  if (node.op == OpKind::Abs) real = double(s.in / s.out);
  if (node.op == OpKind::Rsqrt) real = 1.0 / double(std::sqrt(s.in) * s.out);
  const auto sane = [](float scale) { return scale > 1e-30f && scale < 1e30f; };
  questions.require(sane(s.in) && sane(s.out), ReasonCode::Quantization, "the scales are not between 1e-30 and 1e30");
  const auto multiplier = common::quantizeMultiplier(real);
  // RSQRT takes 20 bits off the shift, and 31 are all there are.
  questions.require(multiplier && (node.op != OpKind::Rsqrt || multiplier->shift >= -11), ReasonCode::Quantization,
                    "the scales give a multiplier of " + std::to_string(real) + ", which is out of range");
}

Support supportsUnary(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1)) return std::move(questions).answer();
  bool known = false;
  switch (node.op) {
    case OpKind::Neg:
      known = questions.inputDtype(0, {Float32, Int32, Int64, Int8, Int16});
      break;
    case OpKind::Abs:
      known = questions.inputDtype(0, {Float32, Int32, Int8, Int16});
      break;
    case OpKind::Square:
      known = questions.inputDtype(0, {Float32});
      break;
    default:
      known = questions.inputDtype(0, {Float32, Int8, Int16});
  }
  const DataType dtype = inputType(graph, node, 0).dtype;
  questions.require(outputType(graph, node).dtype == dtype, ReasonCode::DataType,
                    nameOutput(graph, node) + ": must have the type of the input");
  questions.outputShape(inputType(graph, node, 0).shape.dims());
  const bool plainAbs = node.op == OpKind::Abs && dtype == Int16 && !isQuantized(inputType(graph, node, 0));
  if (known && questions.ok() && (dtype == Int8 || dtype == Int16) && node.op != OpKind::Neg && !plainAbs) {
    askScales(questions);
  }
  return std::move(questions).answer();
}

}  // namespace

std::span<const Entry> unaryKernels() {
  static constexpr Entry kEntries[] = {
      {OpKind::Abs, supportsUnary, prepareUnary},   {OpKind::Neg, supportsUnary, prepareUnary},
      {OpKind::Exp, supportsUnary, prepareUnary},   {OpKind::Log, supportsUnary, prepareUnary},
      {OpKind::Sqrt, supportsUnary, prepareUnary},  {OpKind::Rsqrt, supportsUnary, prepareUnary},
      {OpKind::Square, supportsUnary, prepareUnary}};
  return kEntries;
}

}  // namespace trireme::reference
