#pragma once

#include "trireme/graph.h"
#include "trireme/interpreter.h"

namespace trireme::graph {

class Editor;

// Every shape and type of `graph` anew from its inputs: those of `shapes`, the file's for the others. Constant shape
// operands are read; SHAPE, and integer arithmetic on shapes that hangs on constants alone, is left to constant
// folding, which runs between two inferences. A shape that hangs on values that are not constant keeps the file's shape
// where that is fully known (the kernel checks it when it runs), and else has kUnknownDim in every dimension that is
// not known. InvalidModel or InvalidArgument with the node and the two facts that disagree.
Result<Graph> inferShapes(Graph graph, std::span<const InputShape> shapes);
// The same for one node whose inputs are settled, for a pass that goes through the nodes in order. InvalidModel.
Status inferNode(Editor& editor, NodeId id);

}  // namespace trireme::graph
