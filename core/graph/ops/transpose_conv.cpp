// TRANSPOSE_CONV (output shape, filter OHWI, input, bias) and Convolution2DTransposeBias (input, filter OHWI, bias).
#include <fmt/format.h>

#include <algorithm>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status requireOperands(const InferenceView& view, size_t input, size_t filter, size_t bias) {
  TRIREME_TRY(view.requireRank(input, 4));
  TRIREME_TRY(view.requireRank(filter, 4));
  if (differ(view.shape(input).dim(3), view.shape(filter).dim(3))) {
    return view.refuse(
        fmt::format("the input has {} channels, the filter {}", view.shape(input).dim(3), view.shape(filter).dim(3)));
  }
  for (int i = 1; i < 3; ++i) {
    if (view.shape(filter).dim(i) == 0) return view.refuseInput(filter, "the filter is empty");
  }
  const auto& params = view.params<TransposeConvParams>();
  if (params.strideH < 1 || params.strideW < 1) {
    return view.refuse(fmt::format("strides {} and {} must be 1 or more", params.strideH, params.strideW));
  }
  if (!view.has(bias) || !view.shape(bias).isKnown()) return {};
  if (!differ(view.shape(bias).elements(), view.shape(filter).dim(0))) return {};
  return view.refuseInput(
      bias, fmt::format("{} biases for {} output channels", view.shape(bias).elements(), view.shape(filter).dim(0)));
}

Status inferTransposeConv(InferenceView& view) {
  TRIREME_TRY(requireOperands(view, 2, 1, 3));
  TRIREME_ASSIGN(const std::optional<Dims> dims, view.integers(0));
  const int64_t channels = view.shape(1).dim(0), batch = view.shape(2).dim(0);
  if (!dims) {
    return view.setRuntimeOutput(0, view.dtype(2), Dims{batch, kUnknownDim, kUnknownDim, channels});
  }
  if (dims->size() != 4) return view.refuseInput(0, fmt::format("expected 4 dimensions, found {}", dims->size()));
  for (const int64_t dim : *dims) {
    if (dim < 0) return view.refuseInput(0, fmt::format("dimension {} in the output's shape", dim));
  }
  if (differ((*dims)[0], batch)) {
    return view.refuse(fmt::format("the output's shape has a batch of {}, the input {}", (*dims)[0], batch));
  }
  if (differ((*dims)[3], channels)) {
    return view.refuse(fmt::format("the output's shape has {} channels, the filter {}", (*dims)[3], channels));
  }
  return view.setOutput(0, view.dtype(2), *dims);
}

// Without an output shape, the size is that of the whole footprint; SAME takes the convolution's padding off it.
int64_t grown(int64_t size, int64_t filter, int64_t stride, Padding padding) {
  if (!known(size) || !known(filter)) return kUnknownDim;
  if (size == 0) return 0;
  const int64_t trimmed = padding == Padding::Same ? std::max<int64_t>(0, filter - (size - 1) % stride - 1) : 0;
  return stride * (size - 1) + filter - trimmed;
}

Status inferTransposeConvBias(InferenceView& view) {
  TRIREME_TRY(requireOperands(view, 0, 1, 2));
  const auto& params = view.params<TransposeConvParams>();
  const Shape& input = view.shape(0);
  const Shape& filter = view.shape(1);
  const int64_t height = grown(input.dim(1), filter.dim(1), params.strideH, params.padding);
  const int64_t width = grown(input.dim(2), filter.dim(2), params.strideW, params.padding);
  return view.setOutput(0, view.dtype(0), Dims{input.dim(0), height, width, filter.dim(0)});
}

// Every input element meets every tap of every output channel.
template <size_t input>
Work workTransposeConv(const Graph& graph, const Node& node) {
  const Shape& filter = inputShape(graph, node, 1);
  const int64_t taps = countTimes(countTimes(countDim(filter, 0), countDim(filter, 1)), countDim(filter, 2));
  return macWork(countTimes(countElements(inputShape(graph, node, input)), taps));
}

constexpr OpRule kRules[] = {
    {OpKind::TransposeConv,
     paramsIndex<TransposeConvParams>(),
     {3, 4},
     {1, 1},
     inferTransposeConv,
     workTransposeConv<2>,
     bit(0)},
    {OpKind::Convolution2dTransposeBias,
     paramsIndex<TransposeConvParams>(),
     {3, 3},
     {1, 1},
     inferTransposeConvBias,
     workTransposeConv<0>},
};

}  // namespace

std::span<const OpRule> ops::transposeConvRules() { return kRules; }

}  // namespace trireme::graph
