#include <algorithm>

#include "kernels/reference/accumulator.h"
#include "kernels/reference/conv_loops.h"
#include "kernels/reference/families.h"
#include "kernels/reference/hybrid.h"

namespace trireme::reference {
namespace {

constexpr WeightedOperands kConv{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};
constexpr WeightedOperands kDepthwise{.image = 0, .filter = 1, .bias = 2, .channelAxis = 3};

// Either convolution, with what the two share read from the node.
struct Layer {
  Window window;
  Arithmetic arithmetic = Arithmetic::Float;
  Activation activation = Activation::None;
  bool depthwise = false;
};

// What `run` needs of integer arithmetic.
struct Codes {
  Rescale rescale;
  int32_t imageZero = 0, filterZero = 0;
};

template <class Params>
WindowSteps stepsOf(const Params& params, const Shape& filter) {
  return {filter.dim(1), filter.dim(2), params.strideH, params.strideW, params.dilationH, params.dilationW};
}

// One row of outputs, with the loops of the layer's kind.
template <class Acc, class In, class Weight, class Out, class Product, class Finish>
void runRow(const Layer& layer, const In* image, const Weight* filter, Out* out, std::byte* scratch, int64_t row,
            Product product, Finish finish) {
  if (layer.depthwise) {
    convolveDepthwise<Acc>(layer.window, image, filter, out, row, reinterpret_cast<Acc*>(scratch), product, finish);
  } else {
    convolve<Acc>(layer.window, image, filter, out, row, product, finish);
  }
}

template <class Acc, class In, class Weight, class Out, class Product, class Finish>
void runRows(const Layer& layer, const In* images, const Weight* filter, Out* out, std::byte* scratch, Rows rows,
             Product product, Finish finish) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const In* image = images + row / layer.window.outH * layer.window.inputImage();
    runRow<Acc>(layer, image, filter, out, scratch, row, product, finish);
  }
}

Prepared prepareFloat(const Layer& layer) {
  Prepared prepared;
  prepared.scratchBytes = layer.depthwise ? size_t(layer.window.outC) * sizeof(float) : 0;
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range](const Operands& operands, Rows rows) {
    const float* bias = input<float>(operands, 2);
    runRows<float>(
        layer, input<float>(operands, 0), input<float>(operands, 1), output<float>(operands), operands.scratch, rows,
        [](float x, float w) { return x * w; },
        [bias, range](float acc, size_t c) { return common::clamp(bias == nullptr ? acc : acc + bias[c], range); });
  };
  return prepared;
}

// Acc is the unsigned type of the accumulator, Signed the type that it stands for and that of the bias.
template <class In, class Weight, class Acc, class Signed>
Prepared prepareInteger(const Layer& layer, Codes codes) {
  Prepared prepared;
  prepared.scratchBytes = layer.depthwise ? size_t(layer.window.outC) * sizeof(Acc) : 0;
  prepared.run = [layer, codes = std::move(codes)](const Operands& operands, Rows rows) {
    const Signed* bias = input<Signed>(operands, 2);
    const int32_t imageZero = codes.imageZero, filterZero = codes.filterZero;
    const Rescale& rescale = codes.rescale;
    runRows<Acc>(
        layer, input<In>(operands, 0), input<Weight>(operands, 1), output<In>(operands), operands.scratch, rows,
        [imageZero, filterZero](In x, Weight w) { return Acc((x - imageZero) * (w - filterZero)); },
        [bias, &rescale](Acc acc, size_t c) {
          return In(rescale.finish(Signed(bias == nullptr ? acc : acc + Acc(bias[c])), c));
        });
  };
  return prepared;
}

// The image is quantised once a call and batch, into scratch.
Prepared prepareHybrid(const Layer& layer, std::vector<float> scales, bool asymmetric) {
  const Window& window = layer.window;
  const size_t accumulatorBytes = (layer.depthwise ? size_t(window.outC) * sizeof(uint32_t) : 0) + 63;
  const size_t codesAt = accumulatorBytes / 64 * 64;
  Prepared prepared;
  prepared.scratchBytes = codesAt + size_t(window.inputImage());
  const common::FloatRange range = *common::activationRange(layer.activation);
  prepared.run = [layer, range, scales = std::move(scales), asymmetric, codesAt](const Operands& operands, Rows rows) {
    const Window& w = layer.window;
    const float* bias = input<float>(operands, 2);
    auto* codes = reinterpret_cast<int8_t*>(operands.scratch + codesAt);
    for (int64_t begin = rows.begin; begin < rows.end;) {
      const int64_t batch = begin / w.outH, end = std::min(rows.end, (batch + 1) * w.outH);
      const float* image = input<float>(operands, 0) + batch * w.inputImage();
      const RunQuantization run = asymmetric ? quantizeAsymmetric(image, w.inputImage(), codes)
                                             : quantizeSymmetric(image, w.inputImage(), codes);
      for (int64_t row = begin; row < end; ++row) {
        runRow<uint32_t>(
            layer, codes, input<int8_t>(operands, 1), output<float>(operands), operands.scratch, row,
            [zero = run.zero](int8_t x, int8_t weight) { return uint32_t((x - zero) * weight); },
            [&](uint32_t acc, size_t c) {
              const auto sum = float(int32_t(acc));
              const float offset = bias == nullptr ? 0.0f : bias[c];
              const float scale = channelScale(scales, c);
              const float real = asymmetric ? sum * scale * run.scale : sum * (run.scale * scale);
              return common::clamp(real + offset, range);
            });
      }
      begin = end;
    }
  };
  return prepared;
}

Prepared prepareLayer(const Graph& graph, const Node& node, const WeightedOperands& operands, const Layer& layer) {
  const TensorType& image = inputType(graph, node, operands.image);
  const TensorType& filter = inputType(graph, node, operands.filter);
  Prepared prepared;
  if (layer.arithmetic == Arithmetic::Float) {
    prepared = prepareFloat(layer);
  } else if (layer.arithmetic == Arithmetic::Hybrid) {
    prepared = prepareHybrid(layer, filter.quantization.scales, layer.depthwise || hasDifferentScales(filter));
  } else {
    Codes codes{makeRescale(graph, node, operands, layer.activation), zeroOf(image), 0};
    if (layer.arithmetic == Arithmetic::UInt8) codes.filterZero = zeroOf(filter);
    switch (layer.arithmetic) {
      case Arithmetic::UInt8:
        prepared = prepareInteger<uint8_t, uint8_t, uint32_t, int32_t>(layer, std::move(codes));
        break;
      case Arithmetic::Int8:
        prepared = prepareInteger<int8_t, int8_t, uint32_t, int32_t>(layer, std::move(codes));
        break;
      case Arithmetic::Int16:
        prepared = prepareInteger<int16_t, int8_t, uint32_t, int32_t>(layer, std::move(codes));
        break;
      default:
        prepared = prepareInteger<int16_t, int8_t, uint64_t, int64_t>(layer, std::move(codes));
        break;
    }
  }
  prepared.rows = layer.window.rows();
  return prepared;
}

Support supportsConv(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 3) || !questions.inputRank(0, 4, 4) || !questions.inputRank(1, 4, 4) ||
      !askModestDims(questions, 1)) {
    return std::move(questions).answer();
  }
  const auto& params = node.as<Conv2dParams>();
  const Shape& image = inputType(graph, node, 0).shape;
  const Shape& filter = inputType(graph, node, 1).shape;
  const int64_t groups = filter.dim(3) > 0 ? image.dim(3) / filter.dim(3) : 0;
  if (!questions.require(
          groups > 0 && image.dim(3) % filter.dim(3) == 0 && filter.dim(0) % groups == 0, ReasonCode::Parameter,
          nameInput(graph, node, 1) + ": its channels must divide the " + std::to_string(image.dim(3)) +
              " channels of the image into groups that divide its " + std::to_string(filter.dim(0)) + " filters") ||
      !askWindow(questions, 0, stepsOf(params, filter), params.padding, filter.dim(0))) {
    return std::move(questions).answer();
  }
  askArithmetic(questions, kConv, params.activation);
  return std::move(questions).answer();
}

Result<Prepared> prepareConv(const Graph& graph, const Node& node) {
  const auto& params = node.as<Conv2dParams>();
  const Shape& filter = inputType(graph, node, 1).shape;
  Layer layer{.window = makeWindow(graph, node, 0, stepsOf(params, filter), params.padding),
              .arithmetic = arithmeticOf(graph, node, kConv),
              .activation = params.activation};
  layer.window.filterC = filter.dim(3);
  return prepareLayer(graph, node, kConv, layer);
}

Support supportsDepthwise(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 3) || !questions.inputRank(0, 4, 4) || !questions.inputRank(1, 4, 4) ||
      !askModestDims(questions, 1)) {
    return std::move(questions).answer();
  }
  const auto& params = node.as<DepthwiseConv2dParams>();
  const int64_t channels = inputType(graph, node, 0).shape.dim(3);
  const Shape& filter = inputType(graph, node, 1).shape;
  if (!questions.require(filter.dim(0) == 1 && channels > 0 && filter.dim(3) % channels == 0, ReasonCode::Parameter,
                         nameInput(graph, node, 1) + ": expected 1xHxWxC with C a multiple of the " +
                             std::to_string(channels) + " channels of the image") ||
      !askWindow(questions, 0, stepsOf(params, filter), params.padding, filter.dim(3))) {
    return std::move(questions).answer();
  }
  askArithmetic(questions, kDepthwise, params.activation);
  return std::move(questions).answer();
}

Result<Prepared> prepareDepthwise(const Graph& graph, const Node& node) {
  const auto& params = node.as<DepthwiseConv2dParams>();
  const Layer layer{
      .window = makeWindow(graph, node, 0, stepsOf(params, inputType(graph, node, 1).shape), params.padding),
      .arithmetic = arithmeticOf(graph, node, kDepthwise),
      .activation = params.activation,
      .depthwise = true};
  return prepareLayer(graph, node, kDepthwise, layer);
}

}  // namespace

std::span<const Entry> convKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Conv2d, supportsConv, prepareConv},
                                       {OpKind::DepthwiseConv2d, supportsDepthwise, prepareDepthwise}};
  return kEntries;
}

}  // namespace trireme::reference
