#include "kernels/reference/window.h"

#include <algorithm>

#include "kernels/common/padding.h"

namespace trireme::reference {
namespace {
constexpr int64_t kMostDim = int64_t(1) << 30;
}

bool askModestDims(Questions& questions, size_t input) {
  const auto dims = inputType(questions.graph(), questions.node(), input).shape.dims();
  return questions.require(
      std::all_of(dims.begin(), dims.end(), [](int64_t dim) { return dim <= kMostDim; }), ReasonCode::Limit,
      nameInput(questions.graph(), questions.node(), input) + ": a dimension is above " + std::to_string(kMostDim));
}

bool askWindow(Questions& questions, size_t image, const WindowSteps& steps, Padding padding, int64_t outChannels) {
  const int64_t all[] = {steps.filterH, steps.filterW, steps.strideH, steps.strideW, steps.dilationH, steps.dilationW};
  if (!questions.require(std::all_of(std::begin(all), std::end(all), [](int64_t s) { return s >= 1 && s <= kMostDim; }),
                         ReasonCode::Parameter,
                         "filter " + std::to_string(steps.filterH) + "x" + std::to_string(steps.filterW) + ", stride " +
                             std::to_string(steps.strideH) + "x" + std::to_string(steps.strideW) + ", dilation " +
                             std::to_string(steps.dilationH) + "x" + std::to_string(steps.dilationW) +
                             ": every one must be from 1 to " + std::to_string(kMostDim))) {
    return false;
  }
  if (!askModestDims(questions, image)) return false;
  const Shape& in = inputType(questions.graph(), questions.node(), image).shape;
  const int64_t outH = common::windowOutputSize(padding, in.dim(1), steps.filterH, steps.strideH, steps.dilationH);
  const int64_t outW = common::windowOutputSize(padding, in.dim(2), steps.filterW, steps.strideW, steps.dilationW);
  return questions.outputShape({in.dim(0), outH, outW, outChannels});
}

Window makeWindow(const Graph& graph, const Node& node, size_t image, const WindowSteps& steps, Padding padding) {
  const Shape& in = inputType(graph, node, image).shape;
  const Shape& out = outputType(graph, node).shape;
  Window window{.batches = in.dim(0),
                .inH = in.dim(1),
                .inW = in.dim(2),
                .inC = in.dim(3),
                .outH = out.dim(1),
                .outW = out.dim(2),
                .outC = out.dim(3),
                .filterH = steps.filterH,
                .filterW = steps.filterW,
                .strideH = steps.strideH,
                .strideW = steps.strideW,
                .dilationH = steps.dilationH,
                .dilationW = steps.dilationW};
  if (padding == Padding::Same) {
    window.padH = common::padAmount(window.inH, window.outH, steps.filterH, steps.strideH, steps.dilationH).before;
    window.padW = common::padAmount(window.inW, window.outW, steps.filterW, steps.strideW, steps.dilationW).before;
  }
  return window;
}

}  // namespace trireme::reference
