// ADD, SUB, MUL, DIV, FLOOR_DIV, SQUARED_DIFFERENCE, MINIMUM, MAXIMUM and PRELU, with broadcasting.

#include "kernels/reference/binary.h"

#include <fmt/format.h>

#include <limits>

#include "core/base/check.h"
#include "delegates/gpu/activation.h"
#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/runs.h"

namespace trireme::gpu {
namespace {

constexpr size_t kMostRowAxes = 4;

// The operators by their numbers in binary.gpu and binary_codes.gpu.
int32_t numberOf(OpKind op) {
  constexpr OpKind kOrder[] = {OpKind::Add,     OpKind::Sub,   OpKind::SquaredDifference,
                               OpKind::Mul,     OpKind::Div,   OpKind::Minimum,
                               OpKind::Maximum, OpKind::Prelu, OpKind::FloorDiv};
  return int32_t(std::find(std::begin(kOrder), std::end(kOrder), op) - std::begin(kOrder));
}
constexpr int32_t kSumOfPowers = 4, kDifferenceOfPowers = 5, kQuotientOfCodes = 6, kPreluOfCodes = 7;

// An axis of the result's rows and the steps of both operands along it, in rows.
struct RowAxis {
  int64_t extent = 1, left = 0, right = 0;
};

// Steps in rows of a shape along the axes of the result's shape but the last, 0 where it is repeated.
std::vector<int64_t> rowSteps(const Shape& operand, const Shape& result) {
  std::vector<int64_t> steps;
  int64_t step = 1;
  for (int axis = 1; axis < result.rank(); ++axis) {
    const int64_t extent = axisFromEnd(operand, axis);
    steps.insert(steps.begin(), extent == 1 ? 0 : step);
    step *= extent;
  }
  return steps;
}

// Outermost first; axes that both operands walk as one are merged.
std::vector<RowAxis> rowAxes(const Shape& left, const Shape& right, const Shape& result) {
  const std::vector<int64_t> a = rowSteps(left, result), b = rowSteps(right, result);
  std::vector<RowAxis> axes;
  for (size_t i = 0; i < a.size(); ++i) {
    const RowAxis axis{result.dim(int(i)), a[i], b[i]};
    if (axis.extent == 1) continue;
    if (!axes.empty() && axes.back().left == axis.left * axis.extent && axes.back().right == axis.right * axis.extent) {
      axes.back() = {axes.back().extent * axis.extent, axis.left, axis.right};
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

std::vector<RowAxis> rowAxes(const Graph& graph, const Node& node) {
  return rowAxes(graph.value(node.inputs[0]).type.shape, graph.value(node.inputs[1]).type.shape,
                 graph.value(node.outputs[0]).type.shape);
}

// The walk's parameters, for both programs.
template <class Params>
Runs setWalk(const Emitter& emitter, const Node& node, const Tensor& left, const Tensor& right, const Tensor& dst,
             Params& params) {
  std::vector<RowAxis> axes = rowAxes(emitter.graph(), node);
  while (axes.size() < kMostRowAxes) axes.insert(axes.begin(), RowAxis{});
  params.e1 = int32_t(axes[1].extent);
  params.e2 = int32_t(axes[2].extent);
  params.e3 = int32_t(axes[3].extent);
  int32_t* const leftSteps[] = {&params.a0, &params.a1, &params.a2, &params.a3};
  int32_t* const rightSteps[] = {&params.b0, &params.b1, &params.b2, &params.b3};
  for (size_t i = 0; i < kMostRowAxes; ++i) {
    *leftSteps[i] = int32_t(axes[i].left * left.pitch);
    *rightSteps[i] = int32_t(axes[i].right * right.pitch);
  }
  params.aStep = left.channels == dst.channels ? 1 : 0;
  params.bStep = right.channels == dst.channels ? 1 : 0;
  params.aAt = int32_t(left.at);
  params.bAt = int32_t(right.at);
  params.at = int32_t(dst.at);
  params.pitch = int32_t(dst.pitch);
  return setRuns(emitter, dst, params);
}

// Where a divisor that is zero would have to be refused, only constants can be asked.
template <class T>
bool hasZero(const Value& value, T zero) {
  for (const T element : reference::constantElements<T>(value)) {
    if (element == zero) return true;
  }
  return false;
}
Support divisorFits(const LowerQuery& query) {
  const Value& divisor = query.graph.value(query.node.inputs[1]);
  const DataType dtype = divisor.type.dtype;
  if (query.node.op != OpKind::FloorDiv && (query.node.op != OpKind::Div || dtype == DataType::Float32)) return {};
  if (dtype == DataType::Int32 || (query.node.op == OpKind::FloorDiv && dtype != DataType::Float32)) {
    return Support::no(ReasonCode::DataType,
                       fmt::format("there is no GPU program for {} of {}", opName(query.node.op), dataTypeName(dtype)));
  }
  if (!divisor.isConstant) {
    return Support::no(ReasonCode::NeedsConstant, "divisors that only running can tell may be zero");
  }
  bool zero = false;
  if (dtype == DataType::Float32) zero = hasZero(divisor, 0.0f);
  if (dtype == DataType::Int8) zero = hasZero(divisor, int8_t(reference::zeroOf(divisor.type)));
  if (dtype == DataType::UInt8) zero = hasZero(divisor, uint8_t(reference::zeroOf(divisor.type)));
  if (dtype == DataType::Int16) zero = hasZero(divisor, int16_t(reference::zeroOf(divisor.type)));
  if (zero) return Support::no(ReasonCode::Parameter, "a divisor is zero");
  return {};
}

bool isCodes(const Graph& graph, const Node& node) {
  if (node.op == OpKind::Prelu) return graph.value(node.inputs[0]).type.dtype != DataType::Float32;
  return reference::hasQuantizedForm(graph, node);
}

// ACT of `after`, where there is one.
ActivationStep stepAfter(const Emitter& emitter, const Call& call) {
  return call.after.empty() ? ActivationStep{}
                            : *activationOf(emitter.graph(), emitter.graph().node(call.after.front()));
}

void setIntegerRange(Activation activation, BinaryParams& params) {
  const auto range = *common::activationRange(activation);
  constexpr float kMost = std::numeric_limits<float>::max();
  params.least = range.low > -kMost ? int32_t(range.low) : std::numeric_limits<int32_t>::min();
  params.most = range.high < kMost ? int32_t(range.high) : std::numeric_limits<int32_t>::max();
}

void emitNumbers(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor left = emitter.read(node.inputs[0]), right = emitter.read(node.inputs[1]);
  const Tensor dst = emitter.write(call.output);
  const Activation activation = reference::binaryActivation(node);
  const ActivationStep after = stepAfter(emitter, call);
  BinaryParams params;
  const Runs runs = setWalk(emitter, node, left, right, dst, params);
  setIntegerRange(activation, params);
  const bool clamps =
      node.op == OpKind::Add || node.op == OpKind::Sub || node.op == OpKind::Mul || node.op == OpKind::Div;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  params.low = clamps ? fusedActivation(activation).a : -kInfinity;
  params.high = clamps ? fusedActivation(activation).b : kInfinity;
  params.actA = after.a;
  params.actB = after.b;
  if (!call.after.empty()) {
    emitter.say(fmt::format("{} fused in", opName(emitter.graph().node(call.after.front()).op)));
  }
  emitter.dispatch(Program::Binary, typeVariant(dst.storage), {numberOf(node.op), int32_t(after.kind)},
                   {left, right, dst}, params, runs.items, runs.local, double(dst.rows * dst.channels));
}

// The operator's number and the numbers q of binary_codes.gpu.
struct CodesPlan {
  int32_t op = 0;
  std::vector<int32_t> q;
};
CodesPlan planPrelu(const Graph& graph, const Node& node) {
  const TensorType& in = graph.value(node.inputs[0]).type;
  const TensorType& alpha = graph.value(node.inputs[1]).type;
  const TensorType& out = graph.value(node.outputs[0]).type;
  using reference::scaleOf, reference::zeroOf;
  // The scales are multiplied and divided as floats here, as in the reference.
  const auto same = common::quantizeMultiplier(double(scaleOf(in) / scaleOf(out))).value_or(common::Multiplier{});
  const auto slope =
      common::quantizeMultiplier(double(scaleOf(in) * scaleOf(alpha) / scaleOf(out))).value_or(common::Multiplier{});
  const reference::IntegerRange range = reference::integerRange(in.dtype);
  return {kPreluOfCodes,
          {zeroOf(in), zeroOf(alpha), zeroOf(out), 0, same.mantissa, same.shift, slope.mantissa, slope.shift, 0, 0,
           int32_t(range.low), int32_t(range.high)}};
}
CodesPlan planCodes(const Graph& graph, const Node& node) {
  if (node.op == OpKind::Prelu) return planPrelu(graph, node);
  const reference::QuantizedBinary n = reference::quantizedBinary(graph, node);
  CodesPlan plan;
  plan.q = {n.leftZero,       n.rightZero,   n.outZero,      n.shift,     n.left.mantissa, n.left.shift,
            n.right.mantissa, n.right.shift, n.out.mantissa, n.out.shift, n.range.low,     n.range.high};
  plan.op = numberOf(node.op);
  if (node.op == OpKind::Div) plan.op = kQuotientOfCodes;
  if (n.form == reference::QuantizedBinary::Form::Powers) {
    plan.op = node.op == OpKind::Add ? kSumOfPowers : kDifferenceOfPowers;
    plan.q[5] = n.leftPower;
    plan.q[7] = n.rightPower;
  }
  return plan;
}

void emitCodes(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor left = emitter.read(node.inputs[0]), right = emitter.read(node.inputs[1]);
  const Tensor dst = emitter.write(call.output);
  const CodesPlan plan = planCodes(emitter.graph(), node);
  const Tensor q = emitter.weights(Storage::I32, plan.q);
  BinaryCodesParams params;
  const Runs runs = setWalk(emitter, node, left, right, dst, params);
  emitter.dispatch(Program::BinaryCodes, typeVariant(dst.storage), {plan.op}, {left, right, q, dst}, params, runs.items,
                   runs.local, 20.0 * double(dst.rows * dst.channels));
}

}  // namespace

Support supportsBinary(const LowerQuery& query) {
  const auto& [graph, node, limits] = query;
  const size_t axes = rowAxes(graph, node).size();
  if (axes > kMostRowAxes) {
    return Support::no(ReasonCode::Rank, fmt::format("the operands broadcast along {} axes apart besides the last; the "
                                                     "program has {}",
                                                     axes, kMostRowAxes));
  }
  const DataType dtype = graph.value(node.inputs[0]).type.dtype;
  if (graph.value(node.inputs[1]).type.dtype != dtype) {
    return Support::no(ReasonCode::DataType, "the inputs have two types");
  }
  const bool arithmetic = node.op != OpKind::Minimum && node.op != OpKind::Maximum;
  if (dtype == DataType::Int16 && arithmetic && !isCodes(graph, node)) {
    return Support::no(ReasonCode::DataType, "int16 numbers without a scale have no GPU program");
  }
  return divisorFits(query);
}

Status emitBinary(Emitter& emitter, const Call& call) {
  if (isCodes(emitter.graph(), emitter.node(call))) {
    emitCodes(emitter, call);
  } else {
    emitNumbers(emitter, call);
  }
  return {};
}

bool binaryTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  if (!call.after.empty() || query.graph.value(call.output).type.dtype != DataType::Float32) return false;
  return activationOf(query.graph, next).has_value();
}

}  // namespace trireme::gpu
