#include <algorithm>

#include "kernels/common/padding.h"
#include "kernels/reference/accumulator.h"
#include "kernels/reference/families.h"
#include "kernels/reference/hybrid.h"
#include "kernels/reference/window.h"

namespace trireme::reference {
namespace {

// TRANSPOSE_CONV has its output shape first; MediaPipe's operator has no such input.
constexpr WeightedOperands kBuiltin{.image = 2, .filter = 1, .bias = 3, .channelAxis = 0};
constexpr WeightedOperands kMediaPipe{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};

// Output positions come from input positions times stride plus tap minus padding.
struct Layer {
  Window window;
  Arithmetic arithmetic = Arithmetic::Float;
  Activation activation = Activation::None;
  WeightedOperands operands;
  bool biasFirst = false;  // sums start with the bias
};

// The input positions [first, last) whose filter reaches output position `out`.
struct Reach {
  int64_t first = 0, last = 0;
};
Reach reach(int64_t out, int64_t pad, int64_t stride, int64_t filter, int64_t in) {
  const int64_t position = out + pad;  // = input * stride + tap, tap in [0, filter)
  const int64_t lowest = position - filter + 1;
  const int64_t first = lowest <= 0 ? 0 : (lowest + stride - 1) / stride;
  return {first, std::max(first, std::min(in, position / stride + 1))};
}

// One row of outputs of the batch whose image is `image`. Each sum is taken in the order in which TFLite's scattering
// loops reach it.
template <class Acc, class In, class Weight, class Out, class Product, class Start, class Finish>
void transposeConvolve(const Window& w, const In* image, const Weight* filter, Out* out, int64_t row, Product product,
                       Start start, Finish finish) {
  const int64_t y = row % w.outH;
  const Reach reachY = reach(y, w.padH, w.strideH, w.filterH, w.inH);
  for (int64_t x = 0; x < w.outW; ++x) {
    const Reach reachX = reach(x, w.padW, w.strideW, w.filterW, w.inW);
    Out* pixel = out + (row * w.outW + x) * w.outC;
    for (int64_t c = 0; c < w.outC; ++c) {
      Acc acc = start(size_t(c));
      for (int64_t iy = reachY.first; iy < reachY.last; ++iy) {
        const int64_t ky = y + w.padH - iy * w.strideH;
        for (int64_t ix = reachX.first; ix < reachX.last; ++ix) {
          const int64_t kx = x + w.padW - ix * w.strideW;
          const In* from = image + (iy * w.inW + ix) * w.inC;
          const Weight* weights = filter + ((c * w.filterH + ky) * w.filterW + kx) * w.inC;
          for (int64_t i = 0; i < w.inC; ++i) acc += product(from[i], weights[i]);
        }
      }
      pixel[c] = finish(acc, size_t(c));
    }
  }
}

template <class In>
const In* imageOfRow(const Layer& layer, const Operands& operands, int64_t row) {
  return input<In>(operands, layer.operands.image) + row / layer.window.outH * layer.window.inputImage();
}

Prepared prepareFloat(const Layer& layer) {
  Prepared prepared;
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range](const Operands& operands, Rows rows) {
    const float* bias = input<float>(operands, layer.operands.bias);
    const float* first = layer.biasFirst ? bias : nullptr;
    const float* last = layer.biasFirst ? nullptr : bias;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      transposeConvolve<float>(
          layer.window, imageOfRow<float>(layer, operands, row), input<float>(operands, layer.operands.filter),
          output<float>(operands), row, [](float x, float w) { return x * w; },
          [first](size_t c) { return first == nullptr ? 0.0f : first[c]; },
          [last, range](float acc, size_t c) { return common::clamp(last == nullptr ? acc : acc + last[c], range); });
    }
  };
  return prepared;
}

template <class In, class Weight, class Acc, class Signed>
Prepared prepareInteger(const Layer& layer, Rescale rescale, int32_t imageZero, int32_t filterZero) {
  Prepared prepared;
  prepared.run = [layer, rescale = std::move(rescale), imageZero, filterZero](const Operands& operands, Rows rows) {
    const Signed* bias = input<Signed>(operands, layer.operands.bias);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      transposeConvolve<Acc>(
          layer.window, imageOfRow<In>(layer, operands, row), input<Weight>(operands, layer.operands.filter),
          output<In>(operands), row,
          [imageZero, filterZero](In x, Weight w) { return Acc((x - imageZero) * (w - filterZero)); },
          [bias](size_t c) { return bias == nullptr ? Acc{} : Acc(bias[c]); },
          [&rescale](Acc acc, size_t c) { return In(rescale.finish(Signed(acc), c)); });
    }
  };
  return prepared;
}

Prepared prepareHybrid(const Layer& layer, std::vector<float> scales) {
  Prepared prepared;
  prepared.scratchBytes = size_t(layer.window.inputImage());
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range, scales = std::move(scales)](const Operands& operands, Rows rows) {
    const Window& w = layer.window;
    const float* bias = input<float>(operands, layer.operands.bias);
    auto* codes = reinterpret_cast<int8_t*>(operands.scratch);
    RunQuantization run;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      if (row == rows.begin || row % w.outH == 0) {
        run = quantizeAsymmetric(imageOfRow<float>(layer, operands, row), w.inputImage(), codes);
      }
      transposeConvolve<uint32_t>(
          w, codes, input<int8_t>(operands, layer.operands.filter), output<float>(operands), row,
          [zero = run.zero](int8_t x, int8_t weight) { return uint32_t((x - zero) * weight); },
          [](size_t) { return uint32_t(0); },
          [&](uint32_t acc, size_t c) {
            const float real = float(int32_t(acc)) * channelScale(scales, c) * run.scale;
            return common::clamp(bias == nullptr ? real : real + bias[c], range);
          });
    }
  };
  return prepared;
}

Prepared prepareLayer(const Graph& graph, const Node& node, const Layer& layer) {
  const TensorType& filter = inputType(graph, node, layer.operands.filter);
  Prepared prepared;
  if (layer.arithmetic == Arithmetic::Float) {
    prepared = prepareFloat(layer);
  } else if (layer.arithmetic == Arithmetic::Hybrid) {
    prepared = prepareHybrid(layer, filter.quantization.scales);
  } else {
    Rescale rescale = makeRescale(graph, node, layer.operands, layer.activation);
    const int32_t zero = zeroOf(inputType(graph, node, layer.operands.image));
    switch (layer.arithmetic) {
      case Arithmetic::UInt8:
        prepared = prepareInteger<uint8_t, uint8_t, uint32_t, int32_t>(layer, std::move(rescale), zero, zeroOf(filter));
        break;
      case Arithmetic::Int8:
        prepared = prepareInteger<int8_t, int8_t, uint32_t, int32_t>(layer, std::move(rescale), zero, 0);
        break;
      case Arithmetic::Int16:
        prepared = prepareInteger<int16_t, int8_t, uint32_t, int32_t>(layer, std::move(rescale), zero, 0);
        break;
      default:
        prepared = prepareInteger<int16_t, int8_t, uint64_t, int64_t>(layer, std::move(rescale), zero, 0);
        break;
    }
  }
  prepared.rows = layer.window.rows();
  return prepared;
}

// Geometry shared by both: ranks, matching channels, positive steps.
bool askGeometry(Questions& questions, const WeightedOperands& operands, const TransposeConvParams& params) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  if (!questions.inputRank(operands.image, 4, 4) || !questions.inputRank(operands.filter, 4, 4) ||
      !askModestDims(questions, operands.image) || !askModestDims(questions, operands.filter)) {
    return false;
  }
  const Shape& image = inputType(graph, node, operands.image).shape;
  const Shape& filter = inputType(graph, node, operands.filter).shape;
  return questions.require(filter.dim(3) == image.dim(3) && filter.dim(1) > 0 && filter.dim(2) > 0,
                           ReasonCode::Parameter,
                           nameInput(graph, node, operands.filter) + ": expected OxHxWxC with the " +
                               std::to_string(image.dim(3)) + " channels of the image") &&
         questions.require(params.strideH > 0 && params.strideW > 0, ReasonCode::Parameter,
                           "the strides " + std::to_string(params.strideH) + "x" + std::to_string(params.strideW) +
                               " must be positive");
}

Support supportsBuiltin(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  const auto& params = node.as<TransposeConvParams>();
  if (!questions.counts(3, 4) || !askGeometry(questions, kBuiltin, params) ||
      !questions.inputDtype(0, {DataType::Int32}) ||
      !questions.require(inputType(graph, node, 0).shape.elements() == 4, ReasonCode::Parameter,
                         nameInput(graph, node, 0) + ": expected 4 elements")) {
    return std::move(questions).answer();
  }
  const Shape& image = inputType(graph, node, 2).shape;
  const Shape& out = outputType(graph, node).shape;
  const bool fits = out.rank() == 4 && out.dim(0) == image.dim(0) &&
                    out.dim(3) == inputType(graph, node, 1).shape.dim(0) && out.dim(1) <= (int64_t(1) << 30) &&
                    out.dim(2) <= (int64_t(1) << 30);
  if (!questions.require(fits, ReasonCode::Parameter,
                         nameOutput(graph, node) + ": expected batches of the image, channels of the filter")) {
    return std::move(questions).answer();
  }
  if (const auto shape = constantIntegers(graph.value(node.inputs[0])); shape && !questions.outputShape(*shape)) {
    return std::move(questions).answer();
  }
  askArithmetic(questions, kBuiltin, params.activation);
  return std::move(questions).answer();
}

// A window from the output back to the input, where SAME padding is counted as TFLite does: on the output's size.
Window geometry(const Graph& graph, const Node& node, const WeightedOperands& operands,
                const TransposeConvParams& params) {
  const Shape& image = inputType(graph, node, operands.image).shape;
  const Shape& filter = inputType(graph, node, operands.filter).shape;
  const Shape& out = outputType(graph, node).shape;
  Window window{.batches = image.dim(0),
                .inH = image.dim(1),
                .inW = image.dim(2),
                .inC = image.dim(3),
                .outH = out.dim(1),
                .outW = out.dim(2),
                .outC = out.dim(3),
                .filterH = filter.dim(1),
                .filterW = filter.dim(2),
                .strideH = params.strideH,
                .strideW = params.strideW};
  return window;
}

// An output shape that is known only at run time must be the one that was planned.
std::function<Status(const Operands&)> shapeCheck(const Shape& planned) {
  return [planned](const Operands& operands) {
    const int32_t* found = input<int32_t>(operands, 0);
    for (int axis = 0; axis < planned.rank(); ++axis) {
      if (found[axis] == planned.dim(axis)) continue;
      return Status::error(Code::Unsupported, "the output shape asks for " + std::to_string(found[axis]) +
                                                  " along axis " + std::to_string(axis) + ", planned was " +
                                                  planned.text());
    }
    return Status();
  };
}

Result<Prepared> prepareBuiltin(const Graph& graph, const Node& node) {
  const auto& params = node.as<TransposeConvParams>();
  Layer layer{.window = geometry(graph, node, kBuiltin, params),
              .arithmetic = arithmeticOf(graph, node, kBuiltin),
              .activation = params.activation,
              .operands = kBuiltin};
  Window& w = layer.window;
  const auto pad = [&params](int64_t out, int64_t filter, int64_t stride) {
    const int64_t positions = common::windowOutputSize(params.padding, out, filter, stride, 1);
    return common::padAmount(out, positions, filter, stride, 1).before;
  };
  w.padH = pad(w.outH, w.filterH, w.strideH);
  w.padW = pad(w.outW, w.filterW, w.strideW);
  Prepared prepared = prepareLayer(graph, node, layer);
  if (!graph.value(node.inputs[0]).isConstant) prepared.check = shapeCheck(outputType(graph, node).shape);
  return prepared;
}

// MediaPipe's operator cuts this much from the full output, half of it (rounded down) at the front.
int64_t cut(const TransposeConvParams& params, int64_t in, int64_t filter, int64_t stride) {
  return params.padding == Padding::Same && in > 0 ? std::max<int64_t>(0, filter - (in - 1) % stride - 1) : 0;
}

Support supportsMediaPipe(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  const auto& params = node.as<TransposeConvParams>();
  if (!questions.counts(3, 3) || !askGeometry(questions, kMediaPipe, params)) return std::move(questions).answer();
  for (size_t i = 0; i < 3; ++i) {
    if (!questions.inputDtype(i, {DataType::Float32})) return std::move(questions).answer();
  }
  const Shape& image = inputType(graph, node, 0).shape;
  const Shape& filter = inputType(graph, node, 1).shape;
  const auto size = [&params](int64_t in, int64_t taps, int64_t stride) {
    return in == 0 ? 0 : (in - 1) * stride + taps - cut(params, in, taps, stride);
  };
  if (questions.outputShape({image.dim(0), size(image.dim(1), filter.dim(1), params.strideH),
                             size(image.dim(2), filter.dim(2), params.strideW), filter.dim(0)})) {
    askArithmetic(questions, kMediaPipe, params.activation);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareMediaPipe(const Graph& graph, const Node& node) {
  const auto& params = node.as<TransposeConvParams>();
  Layer layer{.window = geometry(graph, node, kMediaPipe, params),
              .arithmetic = Arithmetic::Float,
              .activation = params.activation,
              .operands = kMediaPipe,
              .biasFirst = true};
  Window& w = layer.window;
  w.padH = cut(params, w.inH, w.filterH, w.strideH) / 2;
  w.padW = cut(params, w.inW, w.filterW, w.strideW) / 2;
  return prepareLayer(graph, node, layer);
}

}  // namespace

std::span<const Entry> transposeConvKernels() {
  static constexpr Entry kEntries[] = {{OpKind::TransposeConv, supportsBuiltin, prepareBuiltin},
                                       {OpKind::Convolution2dTransposeBias, supportsMediaPipe, prepareMediaPipe}};
  return kEntries;
}

}  // namespace trireme::reference
