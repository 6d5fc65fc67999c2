#pragma once

#include "core/graph/builder.h"

namespace trireme::zoo {

// The same float32 graph with its weights and biases stored as float16, each followed by a DEQUANTIZE, as converters
// write it. Numbers without dimensions stay float32. Unsupported where a weight is beyond half precision's range.
Result<Graph> halveWeights(const Graph& graph);

}  // namespace trireme::zoo
