// CONV_2D and DEPTHWISE_CONV_2D: input NHWC, filter OHWI (1HWO when depthwise), bias O.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"
#include "core/graph/ops/window.h"

namespace trireme::graph {
namespace {

Status requireBias(const InferenceView& view, int64_t channels) {
  if (!view.has(2)) return {};
  if (!view.shape(2).isKnown() || !known(channels)) return {};
  if (view.shape(2).elements() == channels) return {};
  return view.refuseInput(2, fmt::format("{} biases for {} output channels", view.shape(2).elements(), channels));
}

template <class Params>
Status inferWindows(InferenceView& view, int64_t channels) {
  const Params& params = view.params<Params>();
  const Shape& input = view.shape(0);
  const Shape& filter = view.shape(1);
  const Window down{filter.dim(1), params.strideH, params.dilationH, params.padding};
  const Window across{filter.dim(2), params.strideW, params.dilationW, params.padding};
  TRIREME_ASSIGN(const int64_t height, windowOutputs(view, down, input.dim(1), "height"));
  TRIREME_ASSIGN(const int64_t width, windowOutputs(view, across, input.dim(2), "width"));
  TRIREME_TRY(requireBias(view, channels));
  return view.setOutput(0, view.dtype(0), Dims{input.dim(0), height, width, channels});
}

Status inferConv2d(InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 4));
  TRIREME_TRY(view.requireRank(1, 4));
  const int64_t channels = view.shape(0).dim(3), outputs = view.shape(1).dim(0), depth = view.shape(1).dim(3);
  if (depth == 0) return view.refuseInput(1, "the filter has no input channels");
  if (known(channels) && known(depth)) {
    if (channels % depth != 0 || channels == 0) {
      return view.refuse(fmt::format("the input's {} channels are no multiple of the filter's {}", channels, depth));
    }
    const int64_t groups = channels / depth;
    if (known(outputs) && outputs % groups != 0) {
      return view.refuse(fmt::format("{} output channels cannot be split into {} groups", outputs, groups));
    }
  }
  return inferWindows<Conv2dParams>(view, outputs);
}

Work workConv2d(const Graph& graph, const Node& node) {
  const Shape& filter = inputShape(graph, node, 1);
  const int64_t taps = countTimes(countTimes(countDim(filter, 1), countDim(filter, 2)), countDim(filter, 3));
  return macWork(countTimes(countElements(outputShape(graph, node)), taps));
}

Status inferDepthwise(InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 4));
  TRIREME_TRY(view.requireRank(1, 4));
  const int64_t channels = view.shape(0).dim(3), outputs = view.shape(1).dim(3);
  if (differ(view.shape(1).dim(0), 1)) {
    return view.refuseInput(1, fmt::format("expected 1 as the first dimension, found {}", view.shape(1).dim(0)));
  }
  if (known(channels) && known(outputs) && (channels == 0 || outputs % channels != 0)) {
    return view.refuse(fmt::format("the filter's {} channels are no multiple of the input's {}", outputs, channels));
  }
  return inferWindows<DepthwiseConv2dParams>(view, outputs);
}

Work workDepthwise(const Graph& graph, const Node& node) {
  const Shape& filter = inputShape(graph, node, 1);
  const int64_t taps = countTimes(countDim(filter, 1), countDim(filter, 2));
  return macWork(countTimes(countElements(outputShape(graph, node)), taps));
}

constexpr OpRule kRules[] = {
    {OpKind::Conv2d, paramsIndex<Conv2dParams>(), {2, 3}, {1, 1}, inferConv2d, workConv2d},
    {OpKind::DepthwiseConv2d, paramsIndex<DepthwiseConv2dParams>(), {2, 3}, {1, 1}, inferDepthwise, workDepthwise},
};

}  // namespace

std::span<const OpRule> ops::convRules() { return kRules; }

}  // namespace trireme::graph
