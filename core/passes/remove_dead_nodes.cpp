// Nodes whose results nobody uses. An operator that we do not implement may do more than compute, and stays.
#include <algorithm>

#include "core/graph/implemented.h"
#include "core/passes/passes.h"

namespace trireme::passes {

Status removeDeadNodes(Rewrite& rewrite) {
  const Graph& graph = rewrite.graph();
  std::vector<bool> used(graph.values().size(), false);
  for (uint32_t v = 0; v < used.size(); ++v) used[v] = rewrite.mustStay(ValueId{v});
  for (auto n = static_cast<uint32_t>(graph.nodes().size()); n-- > 0;) {
    const Node& node = graph.node(NodeId{n});
    const bool pure = node.version <= graph::implementedVersion(node.op);
    const bool wanted =
        std::any_of(node.outputs.begin(), node.outputs.end(), [&used](ValueId id) { return used[index(id)]; });
    if (pure && !wanted) {
      rewrite.remove(NodeId{n}, "nobody uses what it computes");
      continue;
    }
    for (const ValueId input : node.inputs) {
      if (input != kNoValue) used[index(input)] = true;
    }
  }
  return {};
}

}  // namespace trireme::passes
