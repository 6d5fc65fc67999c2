#include "core/graph/implemented.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/op_table.h"

namespace trireme::graph {
namespace {

// "operator 3" or "operators 3, 5, 9 and 40 more".
std::string where(const std::vector<uint32_t>& nodes) {
  constexpr size_t kNamed = 8;
  const size_t named = std::min(nodes.size(), kNamed);
  std::string text = fmt::format("operator{} {}", nodes.size() > 1 ? "s" : "",
                                 fmt::join(nodes.begin(), nodes.begin() + static_cast<ptrdiff_t>(named), ", "));
  if (nodes.size() > named) text += fmt::format(" and {} more", nodes.size() - named);
  return text;
}

}  // namespace

uint16_t implementedVersion(OpKind op) { return opLine(op).version; }

std::vector<MissingOperator> missingOperators(const Graph& graph) {
  std::vector<MissingOperator> missing;
  for (const Node& node : graph.nodes()) {
    if (node.version <= implementedVersion(node.op)) continue;
    std::string name = nodeName(node);
    auto known = std::find_if(missing.begin(), missing.end(), [&](const MissingOperator& other) {
      return other.op == name && other.version == node.version;
    });
    if (known == missing.end()) known = missing.insert(missing.end(), {std::move(name), node.version, {}});
    known->nodes.insert(known->nodes.end(), node.origins.begin(), node.origins.end());
  }
  return missing;
}

Status requireImplemented(const Graph& graph) {
  const std::vector<MissingOperator> missing = missingOperators(graph);
  if (missing.empty()) return {};
  std::vector<std::string> parts;
  for (const MissingOperator& operatorUse : missing) {
    parts.push_back(fmt::format("{} version {} ({})", operatorUse.op, operatorUse.version, where(operatorUse.nodes)));
  }
  return Status::error(Code::Unsupported, fmt::format("not implemented: {}", fmt::join(parts, "; ")));
}

}  // namespace trireme::graph
