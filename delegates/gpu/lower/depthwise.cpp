#include <fmt/format.h>

#include <algorithm>

#include "delegates/gpu/choice.h"
#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/grouped.h"

namespace trireme::gpu {
namespace {

constexpr reference::WeightedOperands kOperands{.image = 0, .filter = 1, .bias = 2, .channelAxis = 3};
constexpr int64_t kMostCodeTaps = 258;  // 258 * 255 * 255 < 2^24

CallWindow windowOf(const Graph& graph, const Call& call) {
  const Node& node = graph.node(call.node);
  const auto& params = node.as<DepthwiseConv2dParams>();
  const Shape& filter = reference::inputType(graph, node, 1).shape;
  return windowOfCall(
      graph, call, {filter.dim(1), filter.dim(2), params.strideH, params.strideW, params.dilationH, params.dilationW},
      params.padding);
}

// [taps][channels padded to whole vectors].
Tensor packDepthwise(Emitter& emitter, const reference::Window& w, const FilterWeights& filter) {
  const int64_t taps = w.filterH * w.filterW, pitch = roundUp(w.outC, emitter.width());
  return emitter.weights(Storage::F32, taps * pitch, [&](std::span<std::byte> bytes) {
    auto* to = reinterpret_cast<float*>(bytes.data());
    std::fill_n(to, taps * pitch, 0.0f);
    for (int64_t tap = 0; tap < taps; ++tap) {
      for (int64_t c = 0; c < w.outC; ++c) to[tap * pitch + c] = filter.at(tap * w.outC + c);
    }
  });
}

// Whether floats hold every number of the bias.
bool hasExactBias(const Value* bias) {
  if (bias == nullptr) return true;
  const auto codes = reference::constantElements<int32_t>(*bias);
  return std::all_of(codes.begin(), codes.end(), [](int32_t code) { return code >= -(1 << 24) && code <= 1 << 24; });
}

void emitStrips(Emitter& emitter, const Layer& layer, const reference::Window& w) {
  const Tensor src = layer.read(Layout::Pitched);
  const Tensor& dst = layer.dst();
  const MatrixJob& job = layer.job();
  const Tensor weights = packDepthwise(emitter, w, layer.filter());
  DepthwiseParams params;
  setWindow(params, w, src, dst);
  const WindowFinish finish = finishWindow(emitter, job, w.outC, src.storage, dst.storage, params);
  if (job.codes) params.sure = hasExactBias(job.bias) ? sureDistance(*job.codes) : -1;
  const DepthwiseStrip choice = chooseDepthwiseStrip(
      emitter.limits(), {w.outC, w.outH, w.filterH, w.filterW, w.strideH, w.strideW, w.dilationH, w.dilationW});
  const Extent items = {uint32_t(dst.vectors(emitter.width())), uint32_t((w.outW + choice.strip - 1) / choice.strip),
                        uint32_t(w.batches * ((w.outH + choice.lines - 1) / choice.lines))};
  const double operations = 2.0 * double(w.rows() * w.outW) * double(w.outC) * double(w.filterH * w.filterW);
  emitter.dispatch(
      Program::Depthwise, finish.variant,
      {choice.strip, choice.taps, choice.step,
       job.codes ? int32_t(CodeFinish::TwoRoundings) : int32_t(job.floats->kind), choice.edges, choice.lines},
      {src, weights, finish.bias, finish.extra, dst}, params, items, choice.local, operations);
  emitter.say(fmt::format("{} outputs an item", choice.strip));
}

}  // namespace

Support supportsDepthwise(const LowerQuery& query) {
  const Shape& filter = reference::inputType(query.graph, query.node, 1).shape;
  const bool isFloat = reference::inputType(query.graph, query.node, 0).dtype == DataType::Float32;
  Support support = withWeights(supportsWeighted(query, kOperands), query, kOperands, Weights::AtOnce);
  support.require(isFloat || filter.dim(1) * filter.dim(2) <= kMostCodeTaps, ReasonCode::Limit,
                  fmt::format("a filter of {}x{} codes; sums are exact up to {} taps", filter.dim(1), filter.dim(2),
                              kMostCodeTaps));
  return support;
}

Status emitDepthwise(Emitter& emitter, const Call& call) {
  const CallWindow window = windowOf(emitter.graph(), call);
  const reference::Window& w = window.window;
  Layer layer(emitter, call, kOperands, emitter.node(call).as<DepthwiseConv2dParams>().activation, window.image,
              w.inH * w.inW, true);
  if (w.inC != w.outC) {
    emitGrouped(emitter, layer, w, GroupedFilter::OutputLast);
  } else {
    emitStrips(emitter, layer, w);
  }
  layer.end(w.outH * w.outW);
  return {};
}

bool depthwiseTakesAfter(const LowerQuery& query, const Call& call, const Node& next) {
  return floatTakesAfter(query.graph, query.node, query.node.as<DepthwiseConv2dParams>().activation, call, next);
}

}  // namespace trireme::gpu
