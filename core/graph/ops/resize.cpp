// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR: NHWC to the height and width of input 1.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferResize(InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 4));
  TRIREME_TRY(view.requireRank(1, 1));
  const auto& params = view.params<ResizeParams>();
  // Of the nearest neighbour both make sense: the centres of an aligned grid.
  if (view.node().op == OpKind::ResizeBilinear && params.alignCorners && params.halfPixelCenters) {
    return view.refuse("its options ask for aligned corners and for half pixel centres, which exclude each other");
  }
  const Shape& input = view.shape(0);
  TRIREME_ASSIGN(const std::optional<Dims> size, view.integers(1));
  if (!size) {
    return view.setRuntimeOutput(0, view.dtype(0), Dims{input.dim(0), kUnknownDim, kUnknownDim, input.dim(3)});
  }
  if (size->size() != 2) return view.refuseInput(1, fmt::format("expected 2 elements, found {}", size->size()));
  for (const int64_t side : *size) {
    if (side < 1) return view.refuseInput(1, fmt::format("an image cannot have a side of {}", side));
  }
  for (int i = 1; i < 3; ++i) {
    if (input.dim(i) == 0) return view.refuseInput(0, "an empty image cannot be resized");
  }
  return view.setOutput(0, view.dtype(0), Dims{input.dim(0), (*size)[0], (*size)[1], input.dim(3)});
}

constexpr OpRule kRules[] = {
    {OpKind::ResizeBilinear, paramsIndex<ResizeParams>(), {2, 2}, {1, 1}, inferResize, elementWork<7>, bit(1)},
    {OpKind::ResizeNearestNeighbor, paramsIndex<ResizeParams>(), {2, 2}, {1, 1}, inferResize, moveWork, bit(1)},
};

}  // namespace

std::span<const OpRule> ops::resizeRules() { return kRules; }

}  // namespace trireme::graph
