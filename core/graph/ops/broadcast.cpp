#include "core/graph/ops/broadcast.h"

#include <algorithm>

namespace trireme::graph {

std::optional<int64_t> broadcastDim(int64_t a, int64_t b) {
  if (a == b || b == 1) return a;
  if (a == 1) return b;
  if (!known(a)) return b;
  if (!known(b)) return a;
  return std::nullopt;
}

std::optional<Dims> broadcastDims(std::span<const int64_t> a, std::span<const int64_t> b) {
  const size_t rank = std::max(a.size(), b.size());
  Dims dims(rank, 1);
  for (size_t back = 1; back <= rank; ++back) {
    const int64_t left = back <= a.size() ? a[a.size() - back] : 1;
    const int64_t right = back <= b.size() ? b[b.size() - back] : 1;
    const std::optional<int64_t> dim = broadcastDim(left, right);
    if (!dim) return std::nullopt;
    dims[rank - back] = *dim;
  }
  return dims;
}

}  // namespace trireme::graph
