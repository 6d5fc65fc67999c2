#pragma once

#include "core/graph/ops/inference_view.h"
#include "core/graph/work.h"

namespace trireme::graph {

inline constexpr size_t kAnyNumber = SIZE_MAX;
struct Count {
  size_t least = 1, most = 1;
};
// The alternative of OpParams that an operator carries.
template <class T, size_t I = 0>
constexpr size_t paramsIndex() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, OpParams>, T>) {
    return I;
  } else {
    return paramsIndex<T, I + 1>();
  }
}
constexpr uint32_t bit(uint32_t position) { return uint32_t{1} << position; }

// What core/graph knows of one operator.
struct OpRule {
  OpKind op;
  size_t params;  // paramsIndex<...>()
  Count inputs;   // from position `least` on, an input may be absent
  Count outputs;
  Status (*infer)(InferenceView&);
  // MACs and operations; bytes are counted for all alike. Unknown dimensions count as 1.
  Work (*work)(const Graph&, const Node&);
  uint32_t indexInputs = 0;  // bits: inputs that hold shapes, axes, indices; never counted as parameters
  // Files are known that declare another type than the inputs make: these operators' inputs win. Elsewhere it is an
  // error.
  bool inputsDecideType = false;
};

// All rules, a span a family.
std::span<const std::span<const OpRule>> ruleFamilies();
// Null for an operator, or a version of it, that is not implemented.
const OpRule* findRule(const Node& node);

// The families. Each is a file of its own here, under the same word in kernels/reference.
namespace ops {
std::span<const OpRule> batchMatmulRules();
std::span<const OpRule> binaryRules();
std::span<const OpRule> concatenationRules();
std::span<const OpRule> convRules();
std::span<const OpRule> depthSpaceRules();
std::span<const OpRule> detectionPostProcessRules();
std::span<const OpRule> fullyConnectedRules();
std::span<const OpRule> gatherRules();
std::span<const OpRule> padRules();
std::span<const OpRule> poolRules();
std::span<const OpRule> quantizeRules();
std::span<const OpRule> reduceRules();
std::span<const OpRule> reshapeRules();
std::span<const OpRule> resizeRules();
std::span<const OpRule> sliceRules();
std::span<const OpRule> softmaxRules();
std::span<const OpRule> splitRules();
std::span<const OpRule> stridedSliceRules();
std::span<const OpRule> transposeConvRules();
std::span<const OpRule> transposeRules();
std::span<const OpRule> unaryRules();
}  // namespace ops

}  // namespace trireme::graph
