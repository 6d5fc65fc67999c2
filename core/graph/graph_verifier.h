#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// Ok, or the first broken invariant as a sentence. What left builder or editor verifies.
Status verifyGraph(const Graph& graph);

}  // namespace trireme::graph
