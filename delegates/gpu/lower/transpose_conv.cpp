#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/layer.h"
#include "kernels/common/padding.h"

// Output pixels whose position has the same rest by the stride are a small convolution of stride 1: a phase.
namespace trireme::gpu {
namespace {

constexpr reference::WeightedOperands kBuiltin{.image = 2, .filter = 1, .bias = 3, .channelAxis = 0};
constexpr reference::WeightedOperands kMediaPipe{.image = 0, .filter = 1, .bias = 2, .channelAxis = 0};

const reference::WeightedOperands& operandsOf(const Node& node) {
  return node.op == OpKind::TransposeConv ? kBuiltin : kMediaPipe;
}

// One axis: out + pad = in * stride + tap.
struct Axis {
  int64_t in = 1, out = 1, taps = 1, stride = 1, pad = 0;
};
// The outputs phase, phase + stride, ... of an axis. Output number q reads inputs q + first to q + first + taps - 1;
// the first of these meets filter tap `lastTap`, each next one the tap `stride` before.
struct Phase {
  int64_t outputs = 0, taps = 0, first = 0, lastTap = 0;
};
Phase phaseOf(const Axis& axis, int64_t phase) {
  const int64_t position = phase + axis.pad, rest = position % axis.stride;
  Phase result;
  result.outputs = (axis.out - phase + axis.stride - 1) / axis.stride;
  result.taps = rest < axis.taps ? (axis.taps - rest + axis.stride - 1) / axis.stride : 0;
  result.first = position / axis.stride - std::max<int64_t>(result.taps - 1, 0);
  result.lastTap = rest + (result.taps - 1) * axis.stride;
  return result;
}
// Inputs before the first and up to the last that any phase reads.
struct Reach {
  int64_t before = 0, extent = 0;
};
Reach reachOf(const Axis& axis) {
  int64_t first = 0, last = 0;
  for (int64_t number = 0; number < std::min(axis.stride, axis.out); ++number) {
    const Phase phase = phaseOf(axis, number);
    if (phase.taps == 0) continue;
    first = std::min(first, phase.first);
    last = std::max(last, phase.first + phase.outputs - 1 + phase.taps - 1);
  }
  return {-first, last - first + 1};
}

int64_t padBefore(const Node& node, const Axis& axis) {
  const Padding padding = node.as<TransposeConvParams>().padding;
  if (node.op == OpKind::TransposeConv) {
    const int64_t positions = common::windowOutputSize(padding, axis.out, axis.taps, axis.stride, 1);
    return common::padAmount(axis.out, positions, axis.taps, axis.stride, 1).before;
  }
  // MediaPipe's operator cuts what is too much from the full output, the smaller half at the front.
  if (padding != Padding::Same) return 0;
  return std::max<int64_t>(0, axis.taps - (axis.in - 1) % axis.stride - 1) / 2;
}

struct Geometry {
  Axis y, x;
  int64_t images = 1, inC = 1, outC = 1;
};
Geometry geometryOf(const Graph& graph, const Node& node) {
  const auto& operands = operandsOf(node);
  const auto& params = node.as<TransposeConvParams>();
  const Shape& image = reference::inputType(graph, node, operands.image).shape;
  const Shape& filter = reference::inputType(graph, node, operands.filter).shape;
  const Shape& out = reference::outputType(graph, node).shape;
  Geometry layer{{image.dim(1), out.dim(1), filter.dim(1), params.strideH, 0},
                 {image.dim(2), out.dim(2), filter.dim(2), params.strideW, 0},
                 image.dim(0),
                 image.dim(3),
                 out.dim(3)};
  layer.y.pad = padBefore(node, layer.y);
  layer.x.pad = padBefore(node, layer.x);
  return layer;
}

void emitPhase(Emitter& emitter, const Geometry& layer, const Layer& weighted, const PaddedImage& image, int64_t phaseY,
               int64_t phaseX) {
  const Tensor& dst = weighted.dst();
  const Phase y = phaseOf(layer.y, phaseY), x = phaseOf(layer.x, phaseX);
  MatrixGeometry g;
  g.images = layer.images;
  g.outH = y.outputs;
  g.outW = x.outputs;
  g.channels = layer.outC;
  const bool reads = y.taps > 0 && x.taps > 0;
  g.tapsY = reads ? y.taps : 0;
  g.tapsX = reads ? x.taps : 1;
  if (reads) {
    g.srcAt = image.at + (reachOf(layer.y).before + y.first) * image.y + (reachOf(layer.x).before + x.first) * image.x;
    g.srcImage = image.image;
    g.srcY = g.tapY = image.y;
    g.srcX = g.tapX = image.x;
  }
  g.depth = image.channels;
  g.readable = image.readable;
  g.dstX = layer.x.stride * dst.pitch;
  g.dstY = layer.y.stride * layer.x.out * dst.pitch;
  g.dstImage = layer.y.out * layer.x.out * dst.pitch;
  g.dstAt = (phaseY * layer.x.out + phaseX) * dst.pitch;
  const int64_t taps = layer.y.taps * layer.x.taps;
  emitMatrix(emitter, weighted.job(), g, image.tensor, dst, [&](int64_t channel, int64_t tap, std::span<float> row) {
    const int64_t ky = y.lastTap - tap / x.taps * layer.y.stride, kx = x.lastTap - tap % x.taps * layer.x.stride;
    const int64_t from = (channel * taps + ky * layer.x.taps + kx) * layer.inC;
    for (int64_t k = 0; k < layer.inC; ++k) row[size_t(k)] = weighted.filter().at(from + k);
  });
}

}  // namespace

Support supportsTransposeConv(const LowerQuery& query) {
  const auto& operands = operandsOf(query.node);
  const auto& params = query.node.as<TransposeConvParams>();
  constexpr int64_t kMostPhases = 64;
  const int64_t phases = int64_t{params.strideH} * params.strideW;
  Support support = withWeights(supportsWeighted(query, operands), query, operands, Weights::InParts);
  support.require(phases <= kMostPhases, ReasonCode::Limit,
                  fmt::format("strides of {}x{} give {} phases, each a dispatch of its own; at most {} are taken",
                              params.strideH, params.strideW, phases, kMostPhases));
  if (query.node.op == OpKind::TransposeConv) {
    support.require(query.graph.value(query.node.inputs[0]).isConstant, ReasonCode::NeedsConstant,
                    "input 0, the output's shape, must be a constant");
  }
  return support;
}

Status emitTransposeConv(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const auto& operands = operandsOf(node);
  const Geometry geometry = geometryOf(emitter.graph(), node);
  const ValueId input = node.inputs[operands.image];
  Layer layer(emitter, call, operands, node.as<TransposeConvParams>().activation, input, geometry.y.in * geometry.x.in,
              true);
  const Reach reachY = reachOf(geometry.y), reachX = reachOf(geometry.x);
  const PaddedImage image = padImage(emitter, input, layer.codes(), reachY.before, reachY.extent, reachX.before,
                                     reachX.extent, layer.padding());
  const int64_t phasesY = std::min(geometry.y.stride, geometry.y.out),
                phasesX = std::min(geometry.x.stride, geometry.x.out);
  for (int64_t y = 0; y < phasesY; ++y) {
    for (int64_t x = 0; x < phasesX; ++x) emitPhase(emitter, geometry, layer, image, y, x);
  }
  emitter.say(fmt::format("{} phases", phasesY * phasesX));
  layer.end(geometry.y.out * geometry.x.out);
  return {};
}

bool transposeConvTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  // A residual lies row by row, phases do not.
  return next.op != OpKind::Add &&
         floatTakesAfter(query.graph, query.node, query.node.as<TransposeConvParams>().activation, call, next);
}

}  // namespace trireme::gpu
