#include <fmt/format.h>

#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/grouped.h"
#include "delegates/gpu/lower/matrix.h"
#include "delegates/gpu/lower/window.h"

namespace trireme::gpu {
namespace {

using reference::Arithmetic;

constexpr reference::WeightedOperands kOperands{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};

CallWindow windowOf(const Graph& graph, const Call& call) {
  const Node& node = graph.node(call.node);
  const auto& params = node.as<Conv2dParams>();
  const Shape& filter = reference::inputType(graph, node, 1).shape;
  CallWindow result = windowOfCall(
      graph, call, {filter.dim(1), filter.dim(2), params.strideH, params.strideW, params.dilationH, params.dilationW},
      params.padding);
  result.window.filterC = filter.dim(3);
  return result;
}

// A padded copy of the image, or the image, and the windows in it.
PaddedImage imageOf(Emitter& emitter, const CallWindow& call, float fill) {
  const reference::Window& w = call.window;
  const int64_t height = (w.outH - 1) * w.strideH + (w.filterH - 1) * w.dilationH + 1;
  const int64_t width = (w.outW - 1) * w.strideW + (w.filterW - 1) * w.dilationW + 1;
  return padImage(emitter, call.image, w.padH, height, w.padW, width, fill);
}

MatrixGeometry geometryOf(const reference::Window& w, const PaddedImage& image) {
  MatrixGeometry g;
  g.images = w.batches;
  g.outH = w.outH;
  g.outW = w.outW;
  g.channels = w.outC;
  g.srcImage = image.image;
  g.srcY = w.strideH * image.y;
  g.srcX = w.strideW * image.x;
  g.tapsY = w.filterH;
  g.tapsX = w.filterW;
  g.tapY = w.dilationH * image.y;
  g.tapX = w.dilationW * image.x;
  g.depth = image.channels;
  g.readable = image.readable;
  return g;
}

}  // namespace

Support supportsConv(const LowerQuery& query) {
  const Arithmetic arithmetic = reference::arithmeticOf(query.graph, query.node, kOperands);
  Support support = requireConstants(query, kOperands);
  support.require(arithmetic == Arithmetic::Float || arithmetic == Arithmetic::Int8 || arithmetic == Arithmetic::UInt8,
                  ReasonCode::DataType, "convolutions are of float32, int8 or uint8 on image and filter alike");
  return support;
}

Status emitConv(Emitter& emitter, const Call& call) {
  const Graph& graph = emitter.graph();
  const Node& node = emitter.node(call);
  const Activation activation = node.as<Conv2dParams>().activation;
  const CallWindow window = windowOf(graph, call);
  const bool isFloat = reference::inputType(graph, node, 0).dtype == DataType::Float32;
  const std::optional<FloatFinish> floats = floatFinish(graph, node, activation, call.after);
  CodeFinish codes;
  if (!isFloat) codes = codeFinish(graph, node, kOperands, activation);
  const MatrixJob job{reference::inputValue(graph, node, 2), isFloat ? &*floats : nullptr, isFloat ? nullptr : &codes};
  const FilterWeights filter(graph.value(node.inputs[1]), codes.filterZero);
  if (window.window.filterC != window.window.inC) {
    return emitGrouped(emitter, call, window, job, filter, GroupedFilter::OutputFirst);
  }
  const PaddedImage image = imageOf(emitter, window, float(codes.imageZero));
  MatrixGeometry g = geometryOf(window.window, image);
  const Tensor dst = emitter.write(call.output);
  placeRows(g, dst);
  const int64_t taps = g.tapsY * g.tapsX, depth = g.depth;
  emitMatrix(emitter, job, g, image.tensor, dst, [&](int64_t channel, int64_t tap, std::span<float> row) {
    for (int64_t k = 0; k < depth; ++k) row[size_t(k)] = filter.at((channel * taps + tap) * depth + k);
  });
  if (isFloat && !floats->names.empty()) emitter.say("fused: " + floats->names);
  return {};
}

bool convTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  return floatTakesAfter(query.graph, query.node, query.node.as<Conv2dParams>().activation, call, next);
}

}  // namespace trireme::gpu
