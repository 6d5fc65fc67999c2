#include <fmt/format.h>

#include "delegates/gpu/choice.h"
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

bool isGrouped(const Graph& graph, const Node& node) {
  return reference::inputType(graph, node, 1).shape.dim(3) != reference::inputType(graph, node, 0).shape.dim(3);
}

// A padded copy of the image, or the image, and the windows in it.
PaddedImage imageOf(Emitter& emitter, const CallWindow& call, const Layer& layer, bool gaps) {
  const reference::Window& w = call.window;
  const int64_t height = (w.outH - 1) * w.strideH + (w.filterH - 1) * w.dilationH + 1;
  const int64_t width = (w.outW - 1) * w.strideW + (w.filterW - 1) * w.dilationW + 1;
  return padImage(emitter, call.image, layer.codes(), w.padH, height, w.padW, width, layer.padding(), gaps);
}

// The image as it is, where pixels at its edges are so few that a copy of it would cost more.
std::optional<PaddedImage> imageWithEdges(Emitter& emitter, const CallWindow& call, const Layer& layer) {
  const reference::Window& w = call.window;
  const Storage storage = emitter.storageOfValue(call.image);
  // Windows' rows have to be one tap, inside wherever they are put, and sums of codes exact without a stop.
  constexpr int64_t kMostProducts = 258;  // 258 * 255 * 255 < 2^24
  const int64_t products = w.filterH * w.filterW * w.inC;
  if (layer.codes() || w.dilationW != 1 || w.filterW > w.inW || (w.filterH - 1) * w.dilationH >= w.inH) return {};
  if (storage != Storage::F32 && products > kMostProducts) return {};
  const auto inside = [](int64_t out, int64_t stride, int64_t pad, int64_t reach, int64_t in) {
    int64_t count = 0;
    for (int64_t i = 0; i < out; ++i) count += i * stride >= pad && i * stride - pad + reach <= in ? 1 : 0;
    return count;
  };
  const int64_t rows = inside(w.outH, w.strideH, w.padH, (w.filterH - 1) * w.dilationH + 1, w.inH);
  const int64_t columns = inside(w.outW, w.strideW, w.padW, w.filterW, w.inW);
  const int64_t edges = w.batches * (w.outH * w.outW - rows * columns);
  if (edges == 0) return {};
  if (!readsAroundEdges(emitter.limits(), storage, w.batches * w.inH * w.inW * w.inC, edges, products, w.outC))
    return {};
  const Tensor src = emitter.read(call.image, Layout::Any);
  if (src.pitch != w.inC) return {};
  PaddedImage image;
  image.tensor = src;
  image.channels = image.readable = image.x = w.inC;
  image.y = w.inW * image.x;
  image.image = w.inH * image.y;
  image.borderY = w.padH * image.y;
  image.borderX = w.padW * image.x;
  image.at = -image.borderY - image.borderX;
  image.edges = true;
  emitter.say(fmt::format("{} pixels at edges apart", edges));
  return image;
}

// gaps: lanes behind the channels, which are zero, count as channels, so that whole vectors are a window's rows.
MatrixGeometry geometryOf(const reference::Window& w, const PaddedImage& image, bool gaps) {
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
  g.depth = gaps ? image.readable : image.channels;
  g.readable = image.readable;
  if (image.edges) {
    g.borderY = image.borderY;
    g.borderX = image.borderX;
    g.lineEnd = image.y;
    g.imageEnd = image.image;
  }
  return g;
}

}  // namespace

Support supportsConv(const LowerQuery& query) {
  return withWeights(supportsWeighted(query, kOperands), query, kOperands,
                     isGrouped(query.graph, query.node) ? Weights::AtOnce : Weights::InParts);
}

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
    const std::optional<PaddedImage> plain = imageWithEdges(emitter, window, layer);
    const bool gaps = worthGaps(emitter.limits(), w.filterH * w.filterW);
    const PaddedImage image = plain ? *plain : imageOf(emitter, window, layer, gaps);
    MatrixGeometry g = geometryOf(w, image, gaps);
    placeRows(g, layer.dst());
    const int64_t taps = g.tapsY * g.tapsX, depth = image.channels;
    emitMatrix(emitter, layer.job(), g, image.tensor, layer.dst(),
               [&](int64_t channel, int64_t tap, std::span<float> row) {
                 std::fill(row.begin() + depth, row.end(), 0.0f);
                 for (int64_t k = 0; k < depth; ++k) {
                   row[size_t(k)] = layer.filter().at((channel * taps + tap) * depth + k);
                 }
               });
  }
  layer.end(w.outH * w.outW);
  return {};
}

bool convTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  const Graph& graph = query.graph;
  if (!isGrouped(graph, query.node) && codesTakeAfter(graph, query.node, call, next)) return true;
  return floatTakesAfter(graph, query.node, query.node.as<Conv2dParams>().activation, call, next);
}

}  // namespace trireme::gpu
