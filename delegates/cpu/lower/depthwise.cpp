#include <algorithm>

#include "delegates/cpu/lower/families.h"
#include "delegates/cpu/lower/matrix.h"
#include "delegates/cpu/weights.h"
#include "kernels/cpu/depthwise_f32/depthwise_f32.h"
#include "kernels/cpu/depthwise_i8/depthwise_i8.h"
#include "kernels/reference/accumulator.h"

namespace trireme::cpu {
namespace {

using reference::Arithmetic;

constexpr reference::WeightedOperands kOperands{.image = 0, .filter = 1, .bias = 2, .channelAxis = 3};

reference::Window windowOf(const LowerContext& context) {
  const auto& params = context.node.as<DepthwiseConv2dParams>();
  const Shape& filter = reference::inputType(context.graph, context.node, 1).shape;
  return reference::makeWindow(
      context.graph, context.node, 0,
      {filter.dim(1), filter.dim(2), params.strideH, params.strideW, params.dilationH, params.dilationW},
      params.padding);
}

Windows geometryOf(const LowerContext& context) {
  Windows windows =
      windowsOf(windowOf(context), bitsPerElement(reference::inputType(context.graph, context.node, 0).dtype) / 8);
  windows.channels = windows.inC;
  return windows;
}

Arithmetic arithmeticOf(const LowerContext& context) {
  return reference::arithmeticOf(context.graph, context.node, kOperands);
}

int64_t multiplierOf(const LowerContext& context) {
  const int64_t inC = reference::inputType(context.graph, context.node, 0).shape.dim(3);
  return reference::inputType(context.graph, context.node, 1).shape.dim(3) / inC;
}

// What both element types share of a finished call.
Lowered describe(const Windows& windows, int64_t rows, const char* kernel, double opsPerSecond, size_t weightBytes) {
  Lowered call;
  call.kernel = kernel;
  call.why = std::to_string(windows.filterH) + "x" + std::to_string(windows.filterW) + " taps, " +
             std::to_string(windows.inC) + " channels side by side";
  call.units = "rows";
  call.weightBytes = weightBytes;
  call.prepared.rows = rows;
  call.seconds = 2.0 * double(rows) * double(windows.outW) * double(windows.inC) *
                 double(windows.filterH * windows.filterW) / opsPerSecond;
  return call;
}

Result<Lowered> lowerF32(const LowerContext& context) {
  const Windows windows = geometryOf(context);
  const int64_t taps = windows.filterH * windows.filterW;
  const DepthwiseF32Kernel* kernel = &selectDepthwiseF32(context.isa);
  const size_t size = size_t(packedSizeDepthwiseF32(windows.inC, taps, kernel->width)) * sizeof(float);
  TRIREME_ASSIGN(const std::shared_ptr<PackedWeights> packed, PackedWeights::create(size));
  const MatrixConstants constants = constantsOf(context);
  packDepthwiseF32(constants.weights, constants.bias, windows.inC, taps, kernel->width, packed->as<float>());
  const common::FloatRange range = *common::activationRange(context.node.as<DepthwiseConv2dParams>().activation);
  Lowered call = describe(windows, windowOf(context).rows(), kernel->name, kernel->isa == CpuIsa::Scalar ? 4e9 : 2e10,
                          packed->size());
  call.prepared.run = [windows, kernel, packed, range](const reference::Operands& operands, reference::Rows rows) {
    kernel->run({&windows, reinterpret_cast<const float*>(operands.inputs[0]), packed->as<float>(),
                 reinterpret_cast<float*>(operands.outputs[0]), rows.begin, rows.end, range.low, range.high});
  };
  return call;
}

Result<Lowered> lowerI8(const LowerContext& context) {
  const Windows windows = geometryOf(context);
  const MatrixCodes codes = codesOf(context, kOperands, context.node.as<DepthwiseConv2dParams>().activation);
  const DepthwiseI8Kernel* kernel = &selectDepthwiseI8(context.isa);
  const MatrixConstants constants = constantsOf(context);
  DepthwiseWeightsI8 weights;
  weights.weights = constants.weights;
  weights.bias = constants.bias;
  weights.channels = windows.inC;
  weights.taps = windows.filterH * windows.filterW;
  weights.isUnsigned = codes.isUnsigned;
  weights.wZero = codes.wZero;
  weights.multipliers = codes.multipliers;
  const size_t weightBytes = kernel->packedBytes(weights.channels, weights.taps);
  TRIREME_ASSIGN(const std::shared_ptr<PackedWeights> packed,
                 PackedWeights::create(weightBytes + size_t(weights.channels)));
  packDepthwiseI8(weights, *kernel, packed->data());
  std::fill_n(packed->data() + weightBytes, weights.channels, std::byte(uint8_t(codes.xZero)));  // the pixel of zeros

  DepthwiseI8 args;
  args.packed = packed->data();
  args.zeroPixel = packed->data() + weightBytes;
  args.isUnsigned = codes.isUnsigned;
  args.xZero = codes.xZero;
  args.outputZero = codes.outputZero;
  args.low = codes.range.low;
  args.high = codes.range.high;
  Lowered call = describe(windows, windowOf(context).rows(), kernel->name, kernel->isa == CpuIsa::Scalar ? 2e9 : 3e10,
                          packed->size());
  call.prepared.run = [windows, kernel, packed, args](const reference::Operands& operands, reference::Rows rows) {
    DepthwiseI8 now = args;
    now.windows = &windows;
    now.input = operands.inputs[0];
    now.output = operands.outputs[0];
    now.begin = rows.begin;
    now.end = rows.end;
    kernel->run(now);
  };
  return call;
}

// One input channel with many outputs is an ordinary convolution, but for the order of its filter.
template <class T>
std::vector<T> transposed(const std::byte* weights, int64_t taps, int64_t channels) {
  std::vector<T> to(size_t(taps * channels));
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      std::copy_n(weights + size_t(tap * channels + channel) * sizeof(T), sizeof(T),
                  reinterpret_cast<std::byte*>(&to[size_t(channel * taps + tap)]));
    }
  }
  return to;
}

Result<Lowered> lowerOneChannel(const LowerContext& context) {
  const auto& params = context.node.as<DepthwiseConv2dParams>();
  MatrixShape shape;
  shape.windows = geometryOf(context);
  shape.rows = windowOf(context).rows() * shape.windows.outW;
  shape.n = multiplierOf(context);
  shape.k = shape.windows.filterH * shape.windows.filterW;
  MatrixConstants constants = constantsOf(context);
  if (arithmeticOf(context) == Arithmetic::Float) {
    const std::vector<float> weights = transposed<float>(constants.weights, shape.k, shape.n);
    constants.weights = std::as_bytes(std::span(weights)).data();
    return lowerMatrixF32(context.isa, shape, constants, *common::activationRange(params.activation));
  }
  const std::vector<int8_t> weights = transposed<int8_t>(constants.weights, shape.k, shape.n);
  constants.weights = std::as_bytes(std::span(weights)).data();
  return lowerMatrixI8(context.isa, shape, constants, codesOf(context, kOperands, params.activation));
}

}  // namespace

Support supportsDepthwiseConv2d(const LowerContext& context) {
  const Arithmetic arithmetic = arithmeticOf(context);
  const Shape& filter = reference::inputType(context.graph, context.node, 1).shape;
  const int64_t inC = reference::inputType(context.graph, context.node, 0).shape.dim(3);
  Support support;
  support.require(arithmetic == Arithmetic::Float || arithmetic == Arithmetic::Int8 || arithmetic == Arithmetic::UInt8,
                  ReasonCode::DataType, "float activations with int8 weights, or int16");
  support.require(multiplierOf(context) == 1 || inC == 1, ReasonCode::Parameter,
                  "several outputs for each of several channels");
  support.require(filter.dim(1) * filter.dim(2) <= kMostDepthwiseTaps, ReasonCode::Limit, "more than 256 taps");
  return requireConstants(support, context);
}

Result<Lowered> lowerDepthwiseConv2d(const LowerContext& context) {
  if (multiplierOf(context) != 1) return lowerOneChannel(context);
  return arithmeticOf(context) == Arithmetic::Float ? lowerF32(context) : lowerI8(context);
}

}  // namespace trireme::cpu
