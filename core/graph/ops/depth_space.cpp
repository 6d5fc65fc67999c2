// DEPTH_TO_SPACE and SPACE_TO_DEPTH: blocks of pixels to channels and back, NHWC.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Result<int64_t> blockOf(const InferenceView& view) {
  TRIREME_TRY(view.requireRank(0, 4));
  const int64_t block = view.params<BlockParams>().blockSize;
  if (block < 1) return view.refuse(fmt::format("a block size of {}", block));
  return block;
}

Result<int64_t> divided(const InferenceView& view, int axis, int64_t by) {
  const int64_t dim = view.shape(0).dim(axis);
  if (!known(dim)) return kUnknownDim;
  if (dim % by == 0) return dim / by;
  return view.refuse(fmt::format("dimension {} of {} is no multiple of {}", axis, dim, by));
}

int64_t grown(int64_t dim, int64_t by) {
  int64_t product = 0;
  if (!known(dim)) return kUnknownDim;
  return __builtin_mul_overflow(dim, by, &product) ? INT64_MAX : product;
}

Status inferDepthToSpace(InferenceView& view) {
  TRIREME_ASSIGN(const int64_t block, blockOf(view));
  const Shape& input = view.shape(0);
  TRIREME_ASSIGN(const int64_t channels, divided(view, 3, block * block));
  return view.setOutput(0, view.dtype(0),
                        Dims{input.dim(0), grown(input.dim(1), block), grown(input.dim(2), block), channels});
}

Status inferSpaceToDepth(InferenceView& view) {
  TRIREME_ASSIGN(const int64_t block, blockOf(view));
  const Shape& input = view.shape(0);
  TRIREME_ASSIGN(const int64_t height, divided(view, 1, block));
  TRIREME_ASSIGN(const int64_t width, divided(view, 2, block));
  return view.setOutput(0, view.dtype(0), Dims{input.dim(0), height, width, grown(input.dim(3), block * block)});
}

constexpr OpRule kRules[] = {
    {OpKind::DepthToSpace, paramsIndex<BlockParams>(), {1, 1}, {1, 1}, inferDepthToSpace, moveWork},
    {OpKind::SpaceToDepth, paramsIndex<BlockParams>(), {1, 1}, {1, 1}, inferSpaceToDepth, moveWork},
};

}  // namespace

std::span<const OpRule> ops::depthSpaceRules() { return kRules; }

}  // namespace trireme::graph
