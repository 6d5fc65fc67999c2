#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// One operator and version that is not implemented, with every node of the file that uses it.
struct MissingOperator {
  std::string op;  // "CUSTOM PosenetDecoderOp", "RFFT2D"
  uint16_t version = 1;
  std::vector<uint32_t> nodes;  // operator indices in the file
};
std::vector<MissingOperator> missingOperators(const Graph& graph);
// Ok, or Unsupported with all of them in one sentence.
Status requireImplemented(const Graph& graph);
// 0: not implemented.
uint16_t implementedVersion(OpKind op);

}  // namespace trireme::graph
