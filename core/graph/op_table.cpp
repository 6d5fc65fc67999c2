#include "core/graph/op_table.h"

#include <array>

namespace trireme::graph {
namespace {

constexpr auto kTable = std::to_array<OpLine>({
#define TRIREME_OP(kind, code, name, version) {OpKind::kind, code, name, version},
#include "core/graph/ops/op_list.inc"
#undef TRIREME_OP
});

constexpr bool followsOpKind() {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<size_t>(kTable[i].op) != i) return false;
  }
  return kTable.size() == static_cast<size_t>(OpKind::Custom) + 1;
}
static_assert(followsOpKind(), "core/graph/ops/op_list.inc must list every OpKind once, in its order");

}  // namespace

std::span<const OpLine> opTable() { return kTable; }

const OpLine& opLine(OpKind op) { return kTable[static_cast<size_t>(op)]; }

std::string nodeName(const Node& node) {
  std::string name(opName(node.op));
  if (const auto* custom = std::get_if<CustomParams>(&node.params); custom && node.op == OpKind::Custom) {
    name += " " + custom->name;
  }
  return name;
}

}  // namespace trireme::graph

namespace trireme {

std::string_view opName(OpKind op) { return graph::opLine(op).name; }

}  // namespace trireme
