#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/emitter.h"
#include "delegates/gpu/lower/families.h"
#include "kernels/reference/evaluate.h"

namespace trireme::gpu {
namespace {

constexpr Lowering kLowerings[] = {
    {OpKind::Reshape, supportsReshape, emitReshape},
    {OpKind::Squeeze, supportsReshape, emitReshape},
    {OpKind::ExpandDims, supportsReshape, emitReshape},
    {OpKind::Concatenation, supportsConcatenation, emitConcatenation},
    {OpKind::Relu, supportsActivation, emitActivation},
    {OpKind::Relu6, supportsActivation, emitActivation},
    {OpKind::ReluN1To1, supportsActivation, emitActivation},
    {OpKind::Relu0To1, supportsActivation, emitActivation},
    {OpKind::LeakyRelu, supportsActivation, emitActivation},
    {OpKind::Elu, supportsActivation, emitActivation},
    {OpKind::Gelu, supportsActivation, emitActivation},
    {OpKind::HardSwish, supportsActivation, emitActivation},
    {OpKind::Logistic, supportsActivation, emitActivation},
    {OpKind::Tanh, supportsActivation, emitActivation},
    {OpKind::Abs, supportsActivation, emitActivation},
    {OpKind::Neg, supportsActivation, emitActivation},
    {OpKind::Exp, supportsActivation, emitActivation},
    {OpKind::Log, supportsActivation, emitActivation},
    {OpKind::Sqrt, supportsActivation, emitActivation},
    {OpKind::Rsqrt, supportsActivation, emitActivation},
    {OpKind::Square, supportsActivation, emitActivation},
    {OpKind::Add, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Sub, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Mul, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Div, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::FloorDiv, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::SquaredDifference, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Minimum, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Maximum, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Prelu, supportsBinary, emitBinary, nullptr, binaryTakesAfter},
    {OpKind::Softmax, supportsSoftmax, emitSoftmax},
    {OpKind::AveragePool2d, supportsPool, emitPool},
    {OpKind::MaxPool2d, supportsPool, emitPool},
    {OpKind::Mean, supportsReduce, emitReduce},
    {OpKind::Sum, supportsReduce, emitReduce},
    {OpKind::Slice, supportsSlice, emitSlice},
    {OpKind::StridedSlice, supportsSlice, emitStridedSlice},
    {OpKind::Split, supportsSlice, emitSplit},
    {OpKind::Transpose, supportsTranspose, emitTranspose},
    {OpKind::Pad, supportsPad, emitPad},
    {OpKind::PadV2, supportsPad, emitPad},
    {OpKind::MirrorPad, supportsMirrorPad, emitMirrorPad},
    {OpKind::Pack, supportsPack, emitPack},
    {OpKind::Unpack, supportsPack, emitUnpack},
    {OpKind::DepthToSpace, supportsDepthSpace, emitDepthSpace},
    {OpKind::SpaceToDepth, supportsDepthSpace, emitDepthSpace},
    {OpKind::ResizeBilinear, supportsResize, emitResizeBilinear},
    {OpKind::ResizeNearestNeighbor, supportsResize, emitResizeNearest},
    {OpKind::Quantize, supportsQuantize, emitQuantize},
    {OpKind::Dequantize, supportsQuantize, emitDequantize},
    {OpKind::Cast, supportsCast, emitCast},
    {OpKind::Logistic, supportsTable, emitTable},
    {OpKind::Tanh, supportsTable, emitTable},
    {OpKind::Relu, supportsTable, emitTable},
    {OpKind::Relu6, supportsTable, emitTable},
    {OpKind::ReluN1To1, supportsTable, emitTable},
    {OpKind::Relu0To1, supportsTable, emitTable},
    {OpKind::LeakyRelu, supportsTable, emitTable},
    {OpKind::Elu, supportsTable, emitTable},
    {OpKind::Gelu, supportsTable, emitTable},
    {OpKind::HardSwish, supportsTable, emitTable},
    {OpKind::Abs, supportsTable, emitTable},
    {OpKind::Neg, supportsTable, emitTable},
    {OpKind::Exp, supportsTable, emitTable},
    {OpKind::Log, supportsTable, emitTable},
    {OpKind::Sqrt, supportsTable, emitTable},
    {OpKind::Rsqrt, supportsTable, emitTable},
    {OpKind::Conv2d, supportsConv, emitConv, padsLikeWindow, convTakesAfter},
    {OpKind::DepthwiseConv2d, supportsDepthwise, emitDepthwise, padsLikeWindow, depthwiseTakesAfter},
    {OpKind::FullyConnected, supportsFullyConnected, emitFullyConnected, nullptr, fullyConnectedTakesAfter},
    {OpKind::TransposeConv, supportsTransposeConv, emitTransposeConv, nullptr, transposeConvTakesAfter},
    {OpKind::Convolution2dTransposeBias, supportsTransposeConv, emitTransposeConv, nullptr, transposeConvTakesAfter},
};

std::string nameOf(const Value& value, std::string_view role, size_t number) {
  return fmt::format("{} {} '{}' ({} {})", role, number, value.name, dataTypeName(value.type.dtype),
                     value.type.shape.text());
}

// Types, elements and bytes of one operand.
Support operandFits(Support&& support, const Value& value, const std::string& name, const GpuLimits& limits) {
  const std::optional<Storage> storage = storageOf(value.type.dtype, Precision::Exact, limits);
  if (!storage) {
    return std::move(support).require(
        false, ReasonCode::DataType,
        fmt::format("{}: GPU programs have float32, int8, uint8, int16, int32, bool", name));
  }
  if (bytesOf(*storage) == 1 && !limits.byteStorage) {
    return std::move(support).require(false, ReasonCode::DataType, name + ": the device has no 8-bit storage");
  }
  const Shape& shape = value.type.shape;
  if (shape.elements() == 0) {
    return std::move(support).require(false, ReasonCode::Limit, name + " has no elements");
  }
  const double bytes =
      double(rowsOf(shape)) * double(roundUp(channelsOf(shape), limits.vectorWidth)) * double(bytesOf(*storage));
  if (bytes > double(limits.maxBinding) || bytes >= 2147483648.0) {
    return std::move(support).require(false, ReasonCode::Memory,
                                      fmt::format("{} takes {:.0f} bytes with its pad lanes; the device binds {}", name,
                                                  bytes, std::min<size_t>(limits.maxBinding, size_t{1} << 31)));
  }
  return std::move(support);
}

}  // namespace

std::span<const Lowering> lowerings() { return kLowerings; }

const Lowering* loweringOf(const LowerQuery& query) {
  for (const Lowering& lowering : kLowerings) {
    if (lowering.op == query.node.op && lowering.supports(query).ok()) return &lowering;
  }
  return nullptr;
}

Support supportsNode(const Graph& graph, const Node& node, const GpuLimits& limits) {
  const auto isOf = [&](const Lowering& lowering) { return lowering.op == node.op; };
  if (std::none_of(std::begin(kLowerings), std::end(kLowerings), isOf)) {
    return Support::no(ReasonCode::UnknownOp, fmt::format("there is no GPU program for {}", opName(node.op)));
  }
  Support support = reference::supports(graph, node);
  if (!support.ok()) return support;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoValue) continue;
    const Value& value = graph.value(node.inputs[i]);
    // Constants are a lowering's own affair: axes and paddings are read while compiling, weights are packed.
    if (!value.isConstant) support = operandFits(std::move(support), value, nameOf(value, "input", i), limits);
  }
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    const Value& value = graph.value(node.outputs[i]);
    support = operandFits(std::move(support), value, nameOf(value, "output", i), limits);
  }
  if (!support.ok() || loweringOf({graph, node, limits})) return support;
  for (const Lowering& lowering : kLowerings) {
    if (!isOf(lowering)) continue;
    const Support refusal = lowering.supports({graph, node, limits});
    for (const Reason& reason : refusal.reasons()) {
      support.require(false, reason.code, reason.detail);
    }
  }
  return support;
}

}  // namespace trireme::gpu
