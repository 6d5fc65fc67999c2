#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/grouped.h"

namespace trireme::gpu {
namespace {

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
PaddedImage imageOf(Emitter& emitter, const CallWindow& call, const Layer& layer) {
  const reference::Window& w = call.window;
  const int64_t height = (w.outH - 1) * w.strideH + (w.filterH - 1) * w.dilationH + 1;
  const int64_t width = (w.outW - 1) * w.strideW + (w.filterW - 1) * w.dilationW + 1;
  return padImage(emitter, call.image, layer.codes(), w.padH, height, w.padW, width, layer.padding());
}

MatrixGeometry geometryOf(const reference::Window& w, const PaddedImage& image) {
  MatrixGeometry g;
  g.images = w.batches;
  g.outH = w.outH;
  g.outW = w.outW;
  g.channels = w.outC;
  g.srcAt = image.at;
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

Support supportsConv(const LowerQuery& query) { return supportsWeighted(query, kOperands); }

Status emitConv(Emitter& emitter, const Call& call) {
  const Graph& graph = emitter.graph();
  const Node& node = emitter.node(call);
  const CallWindow window = windowOf(graph, call);
  const reference::Window& w = window.window;
  Layer layer(emitter, call, kOperands, node.as<Conv2dParams>().activation, window.image, w.inH * w.inW,
              reference::hasDifferentScales(reference::inputType(graph, node, 1)));
  if (w.filterC != w.inC) {
    emitGrouped(emitter, layer, w, GroupedFilter::OutputFirst);
  } else {
    const PaddedImage image = imageOf(emitter, window, layer);
    MatrixGeometry g = geometryOf(w, image);
    placeRows(g, layer.dst());
    const int64_t taps = g.tapsY * g.tapsX, depth = g.depth;
    emitMatrix(emitter, layer.job(), g, image.tensor, layer.dst(),
               [&](int64_t channel, int64_t tap, std::span<float> row) {
                 for (int64_t k = 0; k < depth; ++k) {
                   row[size_t(k)] = layer.filter().at((channel * taps + tap) * depth + k);
                 }
               });
  }
  layer.end(w.outH * w.outW);
  return {};
}

bool convTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  return floatTakesAfter(query.graph, query.node, query.node.as<Conv2dParams>().activation, call, next);
}

}  // namespace trireme::gpu
