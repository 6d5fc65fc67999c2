#pragma once

#include "core/graph/ops/inference_view.h"

namespace trireme::graph {

// Two dimensions that meet under broadcasting: equal, or one of them 1; none where they disagree. An unknown one takes
// the other's value where that is above 1, since nothing else could meet it.
std::optional<int64_t> broadcastDim(int64_t a, int64_t b);
// Shapes aligned at their last dimension; none where two dimensions disagree.
std::optional<Dims> broadcastDims(std::span<const int64_t> a, std::span<const int64_t> b);

}  // namespace trireme::graph
