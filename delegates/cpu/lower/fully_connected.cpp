#include "delegates/cpu/lower/families.h"
#include "delegates/cpu/lower/matrix.h"
#include "kernels/reference/operands.h"

namespace trireme::cpu {
namespace {

MatrixShape matrixOf(const LowerContext& context) {
  const Shape& weights = reference::inputType(context.graph, context.node, 1).shape;
  const Shape& in = reference::inputType(context.graph, context.node, 0).shape;
  MatrixShape shape;
  shape.n = weights.dim(0);
  shape.k = weights.dim(1);
  shape.rows = in.elements() / shape.k;
  shape.isDirect = true;
  shape.windows.inH = shape.windows.outH = shape.windows.filterH = shape.windows.filterW = 1;
  shape.windows.inW = shape.windows.outW = shape.rows;
  shape.windows.inC = shape.windows.channels = shape.k;
  shape.windows.elementBytes = bitsPerElement(reference::inputType(context.graph, context.node, 0).dtype) / 8;
  return shape;
}

}  // namespace

Support supportsFullyConnected(const LowerContext& context) {
  const DataType in = reference::inputType(context.graph, context.node, 0).dtype;
  const DataType weights = reference::inputType(context.graph, context.node, 1).dtype;
  const DataType out = reference::outputType(context.graph, context.node).dtype;
  const bool isKnown = in == DataType::Float32 || in == DataType::Int8 || in == DataType::UInt8;
  Support support;
  support.require(isKnown && weights == in && out == in, ReasonCode::DataType,
                  "input, weights and output are not all float32, int8 or uint8");
  return requireConstants(support, context);
}

Result<Lowered> lowerFullyConnected(const LowerContext& context) {
  const auto& params = context.node.as<FullyConnectedParams>();
  const MatrixShape shape = matrixOf(context);
  const TensorType& in = reference::inputType(context.graph, context.node, 0);
  if (in.dtype == DataType::Float32) {
    return lowerMatrixF32(context.isa, shape, constantsOf(context), *common::activationRange(params.activation));
  }
  const TensorType& weights = reference::inputType(context.graph, context.node, 1);
  const TensorType& out = reference::outputType(context.graph, context.node);
  MatrixCodes codes;
  codes.isUnsigned = in.dtype == DataType::UInt8;
  codes.xZero = reference::zeroOf(in);
  codes.wZero = reference::zeroOf(weights);
  codes.outputZero = reference::zeroOf(out);
  codes.range = *common::activationRange(params.activation, out.dtype, reference::scaleOf(out), codes.outputZero);
  const auto& scales = weights.quantization.scales;
  for (size_t i = 0; i < size_t(shape.n); ++i) {
    codes.scales.push_back(
        common::productScale(reference::scaleOf(in), scales[scales.size() == 1 ? 0 : i], reference::scaleOf(out)));
  }
  return lowerMatrixI8(context.isa, shape, constantsOf(context), codes);
}

}  // namespace trireme::cpu
