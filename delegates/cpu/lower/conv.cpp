#include "delegates/cpu/lower/families.h"
#include "delegates/cpu/lower/matrix.h"
#include "kernels/reference/accumulator.h"
#include "kernels/reference/window.h"

namespace trireme::cpu {
namespace {

using reference::Arithmetic;

constexpr reference::WeightedOperands kOperands{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};

reference::Window windowOf(const LowerContext& context) {
  const auto& params = context.node.as<Conv2dParams>();
  const Shape& filter = reference::inputType(context.graph, context.node, 1).shape;
  reference::Window window = reference::makeWindow(
      context.graph, context.node, 0,
      {filter.dim(1), filter.dim(2), params.strideH, params.strideW, params.dilationH, params.dilationW},
      params.padding);
  window.filterC = filter.dim(3);
  return window;
}

MatrixShape matrixOf(const LowerContext& context) {
  const reference::Window window = windowOf(context);
  const Shape& filter = reference::inputType(context.graph, context.node, 1).shape;
  MatrixShape shape;
  shape.groups = window.inC / window.filterC;
  shape.rows = window.batches * window.outH * window.outW;
  shape.n = filter.dim(0) / shape.groups;
  shape.k = window.filterH * window.filterW * window.filterC;
  shape.isDirect = window.filterH == 1 && window.filterW == 1 && window.strideH == 1 && window.strideW == 1 &&
                   window.padH == 0 && window.padW == 0;
  shape.windows = windowsOf(window, bitsPerElement(reference::inputType(context.graph, context.node, 0).dtype) / 8);
  return shape;
}

}  // namespace

Support supportsConv2d(const LowerContext& context) {
  const Arithmetic arithmetic = reference::arithmeticOf(context.graph, context.node, kOperands);
  Support support;
  support.require(arithmetic == Arithmetic::Float || arithmetic == Arithmetic::Int8 || arithmetic == Arithmetic::UInt8,
                  ReasonCode::DataType, "float activations with int8 weights, or int16");
  return requireConstants(support, context);
}

Result<Lowered> lowerConv2d(const LowerContext& context) {
  const auto& params = context.node.as<Conv2dParams>();
  const MatrixShape shape = matrixOf(context);
  const Arithmetic arithmetic = reference::arithmeticOf(context.graph, context.node, kOperands);
  if (arithmetic == Arithmetic::Float) {
    return lowerMatrixF32(context.isa, shape, constantsOf(context), *common::activationRange(params.activation));
  }
  return lowerMatrixI8(context.isa, shape, constantsOf(context), codesOf(context, kOperands, params.activation));
}

}  // namespace trireme::cpu
