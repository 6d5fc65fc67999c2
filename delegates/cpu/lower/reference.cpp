#include <algorithm>

#include "delegates/cpu/lowering.h"

namespace trireme::cpu {
namespace {

int64_t elements(const Graph& graph, ValueId id) {
  return id == kNoValue || !graph.value(id).type.shape.isKnown() ? 0 : graph.value(id).type.shape.elements();
}

// Multiply-adds an output element: the filter's elements without its output channels.
int64_t depthOfSum(const Graph& graph, const Node& node) {
  const auto filter = [&](size_t input) -> const Shape& { return graph.value(node.inputs[input]).type.shape; };
  switch (node.op) {
    case OpKind::Conv2d:
    case OpKind::FullyConnected:
    case OpKind::TransposeConv:
    case OpKind::Convolution2dTransposeBias: {
      const Shape& shape = filter(1);
      return shape.rank() > 0 && shape.dim(0) > 0 ? shape.elements() / shape.dim(0) : 1;
    }
    case OpKind::DepthwiseConv2d:
      return filter(1).rank() == 4 ? filter(1).dim(1) * filter(1).dim(2) : 1;
    case OpKind::BatchMatmul:
      return filter(0).rank() > 0 ? filter(0).dim(filter(0).rank() - 1) : 1;
    case OpKind::AveragePool2d:
    case OpKind::MaxPool2d: {
      const auto& pool = node.as<Pool2dParams>();
      return int64_t{pool.filterH} * pool.filterW;
    }
    default:
      return 1;
  }
}

double estimateSeconds(const Graph& graph, const Node& node) {
  double steps = 0;
  for (const ValueId id : node.outputs) steps += double(elements(graph, id));
  steps *= double(depthOfSum(graph, node));
  double moved = 0;
  for (const ValueId id : node.inputs) moved += double(elements(graph, id));
  constexpr double kSecondsAStep = 1e-9;
  return std::max(steps, moved) * kSecondsAStep;
}

// Unary and binary operators whose reference reads element i of an operand of the output's shape only to write element
// i.
bool isElementwise(OpKind op) {
  switch (op) {
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::FloorDiv:
    case OpKind::SquaredDifference:
    case OpKind::Minimum:
    case OpKind::Maximum:
    case OpKind::Abs:
    case OpKind::Neg:
    case OpKind::Exp:
    case OpKind::Log:
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
    case OpKind::Square:
    case OpKind::Logistic:
    case OpKind::Tanh:
    case OpKind::Relu:
    case OpKind::Relu6:
    case OpKind::ReluN1To1:
    case OpKind::Relu0To1:
    case OpKind::LeakyRelu:
    case OpKind::Prelu:
    case OpKind::Elu:
    case OpKind::Gelu:
    case OpKind::HardSwish:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Lowered> lowerToReference(const LowerContext& context, std::string why) {
  TRIREME_ASSIGN(reference::Prepared prepared, reference::prepare(context.graph, context.node));
  Lowered call;
  call.prepared = std::move(prepared);
  call.kernel = "reference";
  call.why = std::move(why);
  call.units = "rows";
  call.seconds = estimateSeconds(context.graph, context.node);
  call.inPlace = isElementwise(context.node.op);
  return call;
}

}  // namespace trireme::cpu
