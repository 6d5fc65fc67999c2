#pragma once

#include "trireme/graph.h"
#include "trireme/interpreter.h"

namespace trireme::graph {

// Every shape and type of `graph` anew from its inputs: those of `shapes`, the file's for the others. Constant shape
// operands are read; SHAPE, and integer arithmetic on shapes that hangs on constants alone, is left to constant
// folding, which runs between two inferences. A shape that hangs on values that are not constant keeps the file's shape
// where that is fully known (the kernel checks it when it runs), and else has kUnknownDim in every dimension that is
// not known. InvalidModel or InvalidArgument with the node and the two facts that disagree.
Result<Graph> inferShapes(Graph graph, std::span<const InputShape> shapes);

}  // namespace trireme::graph
