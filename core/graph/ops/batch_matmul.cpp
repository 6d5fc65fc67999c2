// BATCH_MATMUL: x [..., rows, depth], y [..., depth, columns], either transposed; batches broadcast.
#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

// Of an adjoint operand, rows and columns change places.
int64_t matrixDim(const Shape& shape, bool adjoint, int fromEnd) {
  return shape.dim(shape.rank() - (adjoint ? 3 - fromEnd : fromEnd));
}

Status inferBatchMatmul(InferenceView& view) {
  TRIREME_TRY(view.requireRankAtLeast(0, 2));
  TRIREME_TRY(view.requireRankAtLeast(1, 2));
  const auto& params = view.params<BatchMatmulParams>();
  const Shape& x = view.shape(0);
  const Shape& y = view.shape(1);
  const int64_t depthX = matrixDim(x, params.adjointX, 1), depthY = matrixDim(y, params.adjointY, 2);
  if (differ(depthX, depthY)) {
    return view.refuse(
        fmt::format("rows of {} elements meet columns of {} ({} times {})", depthX, depthY, x.text(), y.text()));
  }
  std::optional<Dims> dims = broadcastDims(x.dims().first(x.dims().size() - 2), y.dims().first(y.dims().size() - 2));
  if (!dims) return view.refuse(fmt::format("the batches of {} and {} do not meet", x.text(), y.text()));
  dims->push_back(matrixDim(x, params.adjointX, 2));
  dims->push_back(matrixDim(y, params.adjointY, 1));
  // int8 products may be handed on as int32.
  const bool widened = view.dtype(0) == DataType::Int8 && view.output(0).type.dtype == DataType::Int32;
  return view.setOutput(0, widened ? DataType::Int32 : view.dtype(0), *dims);
}

Work workBatchMatmul(const Graph& graph, const Node& node) {
  const Shape& x = inputShape(graph, node, 0);
  const int depthAxis = x.rank() - (node.as<BatchMatmulParams>().adjointX ? 2 : 1);
  return macWork(countTimes(countElements(outputShape(graph, node)), countDim(x, depthAxis)));
}

constexpr OpRule kRules[] = {
    {OpKind::BatchMatmul, paramsIndex<BatchMatmulParams>(), {2, 2}, {1, 1}, inferBatchMatmul, workBatchMatmul},
};

}  // namespace

std::span<const OpRule> ops::batchMatmulRules() { return kRules; }

}  // namespace trireme::graph
