// SOFTMAX, along the last dimension.
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferSoftmax(InferenceView& view) {
  TRIREME_TRY(view.requireRankAtLeast(0, 1));
  return view.setOutput(0, view.dtype(0), view.shape(0));
}

constexpr OpRule kRules[] = {
    {OpKind::Softmax, paramsIndex<SoftmaxParams>(), {1, 1}, {1, 1}, inferSoftmax, elementWork<14>},
};

}  // namespace

std::span<const OpRule> ops::softmaxRules() { return kRules; }

}  // namespace trireme::graph
