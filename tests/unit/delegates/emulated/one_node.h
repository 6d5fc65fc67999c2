#pragma once

#include "core/graph/builder.h"
#include "delegates/emulated/profile.h"
#include "tests/support/graph_builders.h"

// Graphs of one node, to ask a profile about.
namespace trireme::emulated {

struct Operand {
  DataType dtype = DataType::Float32;
  std::vector<int64_t> dims = {1, 4, 4, 8};
  bool constant = false, absent = false;
  float scale = 0;  // 0: not quantised
  int32_t zeroPoint = 0;
  int slices = 0;  // scales along axis 0
};
struct OneNode {
  OpKind op = OpKind::Relu;
  OpParams params;
  std::vector<Operand> inputs = {{}}, outputs = {{}};
  uint16_t version = 1;
};
Graph graphOf(const OneNode& node);

// A profile whose only rows are `rows` (JSON, without the brackets); `more`: further fields, each with a comma before.
std::string profileText(const std::string& rows, const std::string& more = "");
Profile profileWith(const std::string& rows, const std::string& more = "");
// Every reason against the node, "DataType: ...", separated by "; ".
std::string refusals(const Profile& profile, const OneNode& node);

}  // namespace trireme::emulated
