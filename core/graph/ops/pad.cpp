// PAD, PADV2 and MIRROR_PAD: input 1 is rank x 2, elements before and after each dimension.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

// A mirror shows at most what is there: the edge itself (symmetric) or all but the edge (reflect).
Status requireMirror(const InferenceView& view, int64_t dim, int64_t padding) {
  if (view.node().op != OpKind::MirrorPad || !known(dim)) return {};
  const int64_t most = view.params<MirrorPadParams>().mode == MirrorPadMode::Reflect ? dim - 1 : dim;
  if (padding <= most || padding == 0) return {};
  return view.refuse(fmt::format("a padding of {} mirrors more than a dimension of {} has", padding, dim));
}

Status inferPad(InferenceView& view) {
  Dims dims = dimsOf(view.shape(0));
  TRIREME_TRY(view.requireRank(1, 2));
  if (view.inputs() > 2) TRIREME_TRY(view.requireSameType(0, 2));
  const Shape& form = view.shape(1);
  if (differ(form.dim(0), view.shape(0).rank()) || differ(form.dim(1), 2)) {
    return view.refuseInput(1, fmt::format("expected {}x2, found {}", dims.size(), form.text()));
  }
  TRIREME_ASSIGN(const std::optional<Dims> paddings, view.integers(1));
  if (!paddings) return view.setRuntimeOutput(0, view.dtype(0), Dims(dims.size(), kUnknownDim));
  for (size_t i = 0; i < dims.size(); ++i) {
    for (const int64_t padding : {(*paddings)[2 * i], (*paddings)[2 * i + 1]}) {
      if (padding < 0 || padding > INT32_MAX) {
        return view.refuseInput(1, fmt::format("dimension {} cannot be padded by {}", i, padding));
      }
      TRIREME_TRY(requireMirror(view, view.shape(0).dim(static_cast<int>(i)), padding));
      if (known(dims[i])) dims[i] += padding;
    }
  }
  return view.setOutput(0, view.dtype(0), dims);
}

constexpr OpRule kRules[] = {
    {OpKind::Pad, paramsIndex<NoParams>(), {2, 2}, {1, 1}, inferPad, moveWork, bit(1)},
    {OpKind::PadV2, paramsIndex<NoParams>(), {3, 3}, {1, 1}, inferPad, moveWork, bit(1) | bit(2)},
    {OpKind::MirrorPad, paramsIndex<MirrorPadParams>(), {2, 2}, {1, 1}, inferPad, moveWork, bit(1)},
};

}  // namespace

std::span<const OpRule> ops::padRules() { return kRules; }

}  // namespace trireme::graph
