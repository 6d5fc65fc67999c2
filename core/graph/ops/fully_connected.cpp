// FULLY_CONNECTED: input of any rank, filter units x depth, bias units.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

// The rows of an input that is read as a matrix of `depth` columns.
Result<int64_t> rowsOf(const InferenceView& view, int64_t depth) {
  const Shape& input = view.shape(0);
  if (input.isKnown()) {
    if (depth == 0 || input.elements() % depth != 0) {
      return view.refuse(fmt::format("the input's {} elements cannot be cut into rows of {}", input.elements(), depth));
    }
    return input.elements() / depth;
  }
  // Only the product counts; one unknown dimension before a row of full depth is the number of rows.
  if (input.rank() == 2 && input.dim(1) == depth) return input.dim(0);
  return kUnknownDim;
}

Status inferFullyConnected(InferenceView& view) {
  TRIREME_TRY(view.requireRank(1, 2));
  const int64_t units = view.shape(1).dim(0), depth = view.shape(1).dim(1);
  if (view.has(2) && view.shape(2).isKnown() && differ(view.shape(2).elements(), units)) {
    return view.refuseInput(2, fmt::format("{} biases for {} units", view.shape(2).elements(), units));
  }
  if (view.params<FullyConnectedParams>().keepNumDims) {
    TRIREME_TRY(view.requireRankAtLeast(0, 1));
    Dims dims = dimsOf(view.shape(0));
    if (differ(dims.back(), depth)) {
      return view.refuse(fmt::format("the input's rows have {} elements, the filter's {}", dims.back(), depth));
    }
    dims.back() = units;
    return view.setOutput(0, view.dtype(0), dims);
  }
  int64_t rows = kUnknownDim;
  if (known(depth)) {
    TRIREME_ASSIGN(rows, rowsOf(view, depth));
  }
  return view.setOutput(0, view.dtype(0), Dims{rows, units});
}

Work workFullyConnected(const Graph& graph, const Node& node) {
  return macWork(countTimes(countElements(outputShape(graph, node)), countDim(inputShape(graph, node, 1), 1)));
}

constexpr OpRule kRules[] = {
    {OpKind::FullyConnected,
     paramsIndex<FullyConnectedParams>(),
     {2, 3},
     {1, 1},
     inferFullyConnected,
     workFullyConnected},
};

}  // namespace

std::span<const OpRule> ops::fullyConnectedRules() { return kRules; }

}  // namespace trireme::graph
