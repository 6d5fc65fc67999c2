// ADD, SUB, MUL, DIV, FLOOR_DIV, SQUARED_DIFFERENCE, MINIMUM, MAXIMUM on numbers; quantised ones are in
// binary_quantized.cpp.

#include "kernels/reference/binary.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/common/activation_range.h"
#include "kernels/reference/families.h"

namespace trireme::reference {
namespace {

using enum DataType;

// Integer arithmetic wraps around, as TFLite's does on every machine we know.
template <class T>
T add(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return T(uint64_t(a) + uint64_t(b));
  } else {
    return a + b;
  }
}
template <class T>
T subtract(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return T(uint64_t(a) - uint64_t(b));
  } else {
    return a - b;
  }
}
template <class T>
T multiply(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return T(uint64_t(a) * uint64_t(b));
  } else {
    return a * b;
  }
}
// check() has refused divisors of 0. The one quotient that does not fit wraps.
template <class T>
T divide(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return std::is_signed_v<T> && b == T(-1) ? T(uint64_t(0) - uint64_t(a)) : T(a / b);
  } else {
    return a / b;
  }
}
template <class T>
T floorDivide(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    const T quotient = divide(a, b);
    const bool below = std::is_signed_v<T> && b != T(-1) && a % b != 0 && (a < 0) != (b < 0);
    return below ? T(quotient - 1) : quotient;
  } else {
    return T(std::floor(double(a) / double(b)));
  }
}

template <class T>
struct Limits {
  T low, high;
};
template <class T>
Limits<T> limitsOf(Activation activation) {
  const auto range = common::activationRange(activation);
  Limits<T> limits{std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()};
  if (!range) return limits;
  if (range->low > std::numeric_limits<float>::lowest()) limits.low = std::max(limits.low, T(range->low));
  if (range->high < std::numeric_limits<float>::max()) limits.high = T(range->high);
  return limits;
}
template <class T>
T clampTo(T value, const Limits<T>& limits) {
  const T raised = value < limits.low ? limits.low : value;  // NaN stays
  return limits.high < raised ? limits.high : raised;
}

template <class T>
Prepared prepareNumbers(const Graph& graph, const Node& node) {
  const auto clamped = [&]<class Function>(Function function) {
    return prepareBinary<T>(graph, node, [function, limits = limitsOf<T>(binaryActivation(node))](T a, T b) {
      return clampTo<T>(function(a, b), limits);
    });
  };
  const auto plain = [&]<class Function>(Function function) { return prepareBinary<T>(graph, node, function); };
  switch (node.op) {
    case OpKind::Add:
      return clamped([](T a, T b) { return add(a, b); });
    case OpKind::Sub:
      return clamped([](T a, T b) { return subtract(a, b); });
    case OpKind::Mul:
      return clamped([](T a, T b) { return multiply(a, b); });
    case OpKind::Div: {
      Prepared prepared = clamped([](T a, T b) { return divide(a, b); });
      if (std::is_integral_v<T>) {
        prepared.check = refuseZeroDivisors<T>(elementCount(inputType(graph, node, 1)), T(0));
      }
      return prepared;
    }
    case OpKind::FloorDiv: {
      Prepared prepared = plain([](T a, T b) { return floorDivide(a, b); });
      prepared.check = refuseZeroDivisors<T>(elementCount(inputType(graph, node, 1)), T(0));
      return prepared;
    }
    case OpKind::SquaredDifference:
      return plain([](T a, T b) {
        const T difference = subtract(a, b);
        return multiply(difference, difference);
      });
    case OpKind::Minimum:
      return plain([](T a, T b) { return a < b ? a : b; });
    default:  // Maximum
      return plain([](T a, T b) { return a > b ? a : b; });
  }
}

bool hasCodes(DataType dtype) { return dtype == Int8 || dtype == UInt8 || dtype == Int16; }

void askTypes(Questions& questions) {
  switch (questions.node().op) {
    case OpKind::Add:
    case OpKind::Sub:
      questions.inputDtype(0, {Float32, Int32, Int64, Int8, UInt8, Int16});
      break;
    case OpKind::Mul:
      questions.inputDtype(0, {Float32, Int32, UInt32, Int64, Int8, UInt8, Int16});
      break;
    case OpKind::Div:
      questions.inputDtype(0, {Float32, Int32, Int8, UInt8, Int16});
      break;
    case OpKind::FloorDiv:
      questions.inputDtype(0, {Float32, Int32, Int8, Int16});
      break;
    case OpKind::SquaredDifference:
      questions.inputDtype(0, {Float32, Int32, Int8});
      break;
    default:
      questions.inputDtype(0, {Float32, Int32, Int64, Int8, UInt8, Int16});
  }
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const DataType dtype = inputType(graph, node, 0).dtype;
  for (const std::string& name : {nameInput(graph, node, 1), nameOutput(graph, node)}) {
    const bool second = name[0] == 'i';
    const DataType found = second ? inputType(graph, node, 1).dtype : outputType(graph, node).dtype;
    questions.require(found == dtype, ReasonCode::DataType, name + ": must have the type of input 0");
  }
}

Support supportsBinary(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  askTypes(questions);
  questions.require(common::activationRange(binaryActivation(node)).has_value(), ReasonCode::Parameter,
                    "the fused activation is no clamp");
  const auto shape = common::broadcastShape(inputType(graph, node, 0).shape, inputType(graph, node, 1).shape);
  if (questions.require(shape.has_value(), ReasonCode::Parameter,
                        nameInput(graph, node, 0) + " and " + nameInput(graph, node, 1) + " do not broadcast")) {
    questions.outputShape(shape->dims());
  }
  if (questions.ok() && hasQuantizedForm(graph, node)) askQuantizedBinary(questions);
  return std::move(questions).answer();
}

Result<Prepared> prepareBinaryNode(const Graph& graph, const Node& node) {
  if (hasQuantizedForm(graph, node)) return prepareQuantizedBinary(graph, node);
  switch (inputType(graph, node, 0).dtype) {
    case Float32:
      return prepareNumbers<float>(graph, node);
    case Int64:
      return prepareNumbers<int64_t>(graph, node);
    case UInt32:
      return prepareNumbers<uint32_t>(graph, node);
    case Int8:
      return prepareNumbers<int8_t>(graph, node);
    case UInt8:
      return prepareNumbers<uint8_t>(graph, node);
    case Int16:
      return prepareNumbers<int16_t>(graph, node);
    default:
      return prepareNumbers<int32_t>(graph, node);
  }
}

}  // namespace

bool hasQuantizedForm(const Graph& graph, const Node& node) {
  const DataType dtype = inputType(graph, node, 0).dtype;
  switch (node.op) {
    case OpKind::Minimum:
    case OpKind::Maximum:
    case OpKind::FloorDiv:
      return false;
    case OpKind::Add:
      return hasCodes(dtype) && !(dtype == Int16 && !isQuantized(inputType(graph, node, 0)));
    case OpKind::Mul:
      return hasCodes(dtype) && !(dtype == Int16 && !isQuantized(outputType(graph, node)));
    default:
      return hasCodes(dtype);
  }
}

Activation binaryActivation(const Node& node) {
  if (const auto* params = std::get_if<AddParams>(&node.params)) return params->activation;
  if (const auto* params = std::get_if<ActivationParams>(&node.params)) return params->activation;
  return Activation::None;
}

std::span<const Entry> binaryKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Add, supportsBinary, prepareBinaryNode},
                                       {OpKind::Sub, supportsBinary, prepareBinaryNode},
                                       {OpKind::Mul, supportsBinary, prepareBinaryNode},
                                       {OpKind::Div, supportsBinary, prepareBinaryNode},
                                       {OpKind::FloorDiv, supportsBinary, prepareBinaryNode},
                                       {OpKind::SquaredDifference, supportsBinary, prepareBinaryNode},
                                       {OpKind::Minimum, supportsBinary, prepareBinaryNode},
                                       {OpKind::Maximum, supportsBinary, prepareBinaryNode}};
  return kEntries;
}

}  // namespace trireme::reference
