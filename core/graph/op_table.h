#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// One line of op_list.inc.
struct OpLine {
  OpKind op;
  int32_t code;  // in the file
  std::string_view name;
  uint16_t version;  // the highest that we implement; 0: none
};
// Every operator, at the position of its kind.
std::span<const OpLine> opTable();
const OpLine& opLine(OpKind op);
// "CONV_2D"; of a custom operator that we do not know "CUSTOM Name".
std::string nodeName(const Node& node);

}  // namespace trireme::graph
