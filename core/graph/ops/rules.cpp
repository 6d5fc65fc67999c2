#include "core/graph/ops/rules.h"

#include <array>

#include "core/graph/op_table.h"

namespace trireme::graph {

std::span<const std::span<const OpRule>> ruleFamilies() {
  static const std::array kFamilies{
      ops::convRules(),        ops::transposeConvRules(), ops::fullyConnectedRules(),
      ops::batchMatmulRules(), ops::poolRules(),          ops::softmaxRules(),
      ops::binaryRules(),      ops::unaryRules(),         ops::quantizeRules(),
      ops::reduceRules(),      ops::reshapeRules(),       ops::concatenationRules(),
      ops::splitRules(),       ops::sliceRules(),         ops::stridedSliceRules(),
      ops::transposeRules(),   ops::padRules(),           ops::resizeRules(),
      ops::gatherRules(),      ops::depthSpaceRules(),    ops::detectionPostProcessRules(),
  };
  return kFamilies;
}

const OpRule* findRule(const Node& node) {
  if (node.version > opLine(node.op).version) return nullptr;
  for (const std::span<const OpRule> family : ruleFamilies()) {
    for (const OpRule& rule : family) {
      if (rule.op == node.op) return &rule;
    }
  }
  return nullptr;
}

}  // namespace trireme::graph
