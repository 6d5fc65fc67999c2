#pragma once

#include <string>
#include <string_view>

#include "trireme/graph.h"

namespace trireme::graph {

// What a node's time hangs on, as text: operator, options, types and shapes, kinds of quantization, which operands are
// constants. Nodes with the same signature are the same work, in whatever model; the numbers in their tensors, and
// names, are left out.
std::string signatureOf(const Graph& graph, NodeId node);
// "CONV_2D int8": operator and type of the first operand, with which every signature begins.
std::string_view familyOf(std::string_view signature);

}  // namespace trireme::graph
