#pragma once

#include <memory>

#include "kernels/common/activation_range.h"
#include "kernels/common/broadcast.h"
#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/steering.h"

// The parts of the elementwise operators on two inputs.
namespace trireme::reference {

// Quantised forms: questions beyond types and shapes, and the kernel.
void askQuantizedBinary(Questions& questions);
Prepared prepareQuantizedBinary(const Graph& graph, const Node& node);

// Whether the arithmetic is on quantised codes. MINIMUM, MAXIMUM and FLOOR_DIV take codes as plain numbers, and so do
// ADD and MUL of int16 without a scale.
bool hasQuantizedForm(const Graph& graph, const Node& node);

// The quantised forms as numbers, for devices that do the same arithmetic. Only for nodes that were taken and have one.
struct QuantizedBinary {
  enum class Form : uint8_t { Sum, Powers, Direct };  // Direct: products and quotients, with `out` alone
  Form form = Form::Sum;
  int32_t leftZero = 0, rightZero = 0, outZero = 0;
  common::CodeRange range;
  int shift = 0;                        // Sum: both inputs, to the left
  common::Multiplier left, right, out;  // Sum
  int leftPower = 0, rightPower = 0;    // Powers: to the right
};
QuantizedBinary quantizedBinary(const Graph& graph, const Node& node);

// The fused activation of any of these operators.
Activation binaryActivation(const Node& node);

// Calls function(a, b) for each output element of the rows, broadcasting. The loops for the steps 0 and 1 are apart so
// that compilers can make them fast.
template <class In, class Out, class Function>
void runBinary(const common::Broadcast& broadcast, const Operands& operands, Rows rows, const Function& function) {
  const In* left = input<In>(operands, 0);
  const In* right = input<In>(operands, 1);
  Out* result = output<Out>(operands);
  const ElementRange range = elementsOf(rows, broadcast.elements());
  broadcast.forEachRun(range.begin, range.end,
                       [&](int64_t at, int64_t a, int64_t aStep, int64_t b, int64_t bStep, int64_t count) {
                         const In* x = left + a;
                         const In* y = right + b;
                         Out* out = result + at;
                         if (aStep == 1 && bStep == 1) {
                           for (int64_t i = 0; i < count; ++i) out[i] = function(x[i], y[i]);
                         } else if (aStep == 1) {
                           const In same = *y;
                           for (int64_t i = 0; i < count; ++i) out[i] = function(x[i], same);
                         } else if (bStep == 1) {
                           const In same = *x;
                           for (int64_t i = 0; i < count; ++i) out[i] = function(same, y[i]);
                         } else {
                           for (int64_t i = 0; i < count; ++i) out[i] = function(*x, *y);
                         }
                       });
}

template <class T, class Function>
Prepared prepareBinary(const Graph& graph, const Node& node, Function function) {
  const common::Broadcast broadcast(inputType(graph, node, 0).shape, inputType(graph, node, 1).shape);
  Prepared prepared;
  prepared.rows = elementRows(broadcast.elements());
  prepared.run = [broadcast, function](const Operands& operands, Rows rows) {
    runBinary<T, T>(broadcast, operands, rows, function);
  };
  return prepared;
}

// check() of a division: refuses `zero` among the divisors.
template <class T>
std::function<Status(const Operands&)> refuseZeroDivisors(int64_t count, T zero) {
  return [count, zero](const Operands& operands) {
    const T* divisors = input<T>(operands, 1);
    for (int64_t i = 0; i < count; ++i) {
      if (divisors[i] == zero) {
        return Status::error(Code::InvalidArgument, "division by zero: divisor " + std::to_string(i) + " of " +
                                                        std::to_string(count) + " is zero");
      }
    }
    return Status();
  };
}

}  // namespace trireme::reference
