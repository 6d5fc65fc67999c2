#pragma once

#include <array>

#include "kernels/reference/operands.h"
#include "kernels/reference/strided_copy.h"

// Small integer operands that steer an operator: axes, paddings, begins, sizes, permutations. They are constants in
// most files; where they are not, the operator reads them when it runs, and its check() refuses values that do not give
// the shape that was planned.
namespace trireme::reference {

// The values of one such operand.
struct Indices {
  static constexpr int kMost = 32;
  std::array<int64_t, kMost> values{};
  int count = 0;
  int64_t operator[](int i) const { return values[size_t(i)]; }
};
// Of up to three operands, in the order that was asked for.
using Steering = std::array<Indices, 3>;

// The steering operands of a node: where they are and how to read them.
class SteeringInputs {
 public:
  // Asks that each of `inputs` is there, an integer type, and of at most Indices::kMost elements.
  static bool ask(Questions& questions, std::initializer_list<size_t> inputs);
  // Only after ask() said yes.
  SteeringInputs(const Graph& graph, const Node& node, std::initializer_list<size_t> inputs);
  bool constant() const { return constant_; }
  Steering constants() const { return constants_; }  // only if constant()
  Steering read(const Operands& operands) const;

 private:
  struct One {
    size_t input = 0;
    DataType dtype = DataType::Int32;
    int count = 0;
  };
  std::array<One, 3> inputs_{};
  int count_ = 0;
  bool constant_ = true;
  Steering constants_{};
};

// Bytes of an element, 0 where it has no whole number of them (sub-byte types, strings).
int64_t bytesPerElement(DataType dtype);
// Asks that input i has elements of whole bytes and output o the same type.
bool askMovable(Questions& questions, size_t i, size_t o = 0);
// An axis from -rank to rank - 1, made positive.
Result<int> resolveAxis(int64_t axis, int rank);
// "2x3x4".
std::string dimsText(std::span<const int64_t> dims);
// InvalidArgument, naming both, unless `dims` is the shape of `type`.
Status samePlannedShape(std::span<const int64_t> dims, const TensorType& type);

// Elements of `type`; its shape is known (evaluate.cpp has asked).
inline int64_t elementCount(const TensorType& type) { return type.shape.elements(); }
// Product of the dimensions [first, last).
int64_t productOf(const Shape& shape, int first, int last);

// Asks that the plan for constant operands holds. `plan(Steering)` gives a Result or a Status.
template <class Plan>
bool askPlan(Questions& questions, const SteeringInputs& inputs, Plan&& plan) {
  if (!inputs.constant()) return true;
  const Status status = [&]() -> Status {
    if constexpr (std::is_same_v<decltype(plan(inputs.constants())), Status>) {
      return plan(inputs.constants());
    } else {
      return plan(inputs.constants()).status();
    }
  }();
  return questions.require(status.ok(), ReasonCode::Parameter, status.message());
}

// A mover of one input (number `data`) that is a strided copy once its steering operands are known.
template <class Plan>
Prepared prepareStridedCopy(size_t data, const SteeringInputs& inputs, int64_t elements, Plan plan) {
  Prepared prepared;
  prepared.rows = elementRows(elements);
  if (inputs.constant()) {
    const StridedCopy copy = plan(inputs.constants()).value();
    prepared.run = [copy, data, elements](const Operands& operands, Rows rows) {
      copy.run(operands.inputs[data], operands.outputs[0], elementsOf(rows, elements));
    };
    return prepared;
  }
  prepared.check = [plan, inputs](const Operands& operands) { return plan(inputs.read(operands)).status(); };
  prepared.run = [plan, inputs, data, elements](const Operands& operands, Rows rows) {
    const auto copy = plan(inputs.read(operands));
    if (copy.ok()) copy.value().run(operands.inputs[data], operands.outputs[0], elementsOf(rows, elements));
  };
  return prepared;
}

}  // namespace trireme::reference
