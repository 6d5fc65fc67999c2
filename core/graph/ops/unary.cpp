// Elementwise operators of one input.
#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferUnary(InferenceView& view) { return view.setOutput(0, view.dtype(0), view.shape(0)); }

template <int operations, class Params = NoParams>
constexpr OpRule unary(OpKind op) {
  return {op, paramsIndex<Params>(), {1, 1}, {1, 1}, inferUnary, elementWork<operations>};
}
// Operations an element: 1 for simple arithmetic, a rough 10 where a transcendental function is computed.
constexpr OpRule kRules[] = {
    unary<1>(OpKind::Abs),
    unary<1>(OpKind::Neg),
    unary<10>(OpKind::Exp),
    unary<10>(OpKind::Log),
    unary<2>(OpKind::Sqrt),
    unary<3>(OpKind::Rsqrt),
    unary<1>(OpKind::Square),
    unary<10>(OpKind::Logistic),
    unary<10>(OpKind::Tanh),
    unary<1>(OpKind::Relu),
    unary<2>(OpKind::Relu6),
    unary<2>(OpKind::ReluN1To1),
    unary<2>(OpKind::Relu0To1),
    unary<10>(OpKind::Elu),
    unary<5>(OpKind::HardSwish),
    unary<10, GeluParams>(OpKind::Gelu),
    unary<2, LeakyReluParams>(OpKind::LeakyRelu),
};

}  // namespace

std::span<const OpRule> ops::unaryRules() { return kRules; }

}  // namespace trireme::graph
