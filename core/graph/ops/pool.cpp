// AVERAGE_POOL_2D and MAX_POOL_2D over NHWC.
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"
#include "core/graph/ops/window.h"

namespace trireme::graph {
namespace {

Status inferPool(InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 4));
  const auto& params = view.params<Pool2dParams>();
  const Shape& input = view.shape(0);
  const Window down{params.filterH < 1 ? 0 : params.filterH, params.strideH, 1, params.padding};
  const Window across{params.filterW < 1 ? 0 : params.filterW, params.strideW, 1, params.padding};
  TRIREME_ASSIGN(const int64_t height, windowOutputs(view, down, input.dim(1), "height"));
  TRIREME_ASSIGN(const int64_t width, windowOutputs(view, across, input.dim(2), "width"));
  return view.setOutput(0, view.dtype(0), Dims{input.dim(0), height, width, input.dim(3)});
}

Work workPool(const Graph& graph, const Node& node) {
  const auto& params = node.as<Pool2dParams>();
  const int64_t window = countTimes(params.filterH, params.filterW);
  return {0, countTimes(countElements(outputShape(graph, node)), window), 0};
}

constexpr OpRule kRules[] = {
    {OpKind::AveragePool2d, paramsIndex<Pool2dParams>(), {1, 1}, {1, 1}, inferPool, workPool},
    {OpKind::MaxPool2d, paramsIndex<Pool2dParams>(), {1, 1}, {1, 1}, inferPool, workPool},
};

}  // namespace

std::span<const OpRule> ops::poolRules() { return kRules; }

}  // namespace trireme::graph
