#include "kernels/common/broadcast.h"

namespace trireme::common {
namespace {

// Dimension `axis` of `shape` as if it had `rank` axes.
int64_t alignedDim(const Shape& shape, int rank, int axis) {
  const int own = axis - (rank - shape.rank());
  return own < 0 ? 1 : shape.dim(own);
}

}  // namespace

std::optional<Shape> broadcastShape(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::array<int64_t, kMaxRank> dims{};
  for (int axis = 0; axis < rank; ++axis) {
    const int64_t x = alignedDim(a, rank, axis), y = alignedDim(b, rank, axis);
    if (x != y && x != 1 && y != 1) return std::nullopt;
    dims[size_t(axis)] = x == 1 ? y : x;
  }
  auto shape = Shape::create(std::span<const int64_t>(dims.data(), size_t(rank)));
  if (!shape.ok()) return std::nullopt;
  return shape.value();
}

Broadcast::Broadcast(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  // Innermost axis first.
  std::array<int64_t, kMaxRank> dims{}, aStrides{}, bStrides{};
  size_t merged = 0;
  int64_t aSize = 1, bSize = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    const int64_t x = alignedDim(a, rank, axis), y = alignedDim(b, rank, axis);
    const int64_t dim = x == 1 ? y : x;
    elements_ *= dim;
    if (dim == 1) continue;
    const int64_t aStride = x == 1 ? 0 : aSize, bStride = y == 1 ? 0 : bSize;
    const bool joins = merged > 0 && aStride == aStrides[merged - 1] * dims[merged - 1] &&
                       bStride == bStrides[merged - 1] * dims[merged - 1];
    if (joins) {
      dims[merged - 1] *= dim;
    } else {
      dims[merged] = dim;
      aStrides[merged] = aStride;
      bStrides[merged] = bStride;
      ++merged;
    }
    aSize *= x;
    bSize *= y;
  }
  if (merged == 0) return;
  rank_ = int(merged);
  for (size_t i = 0; i < merged; ++i) {
    dims_[i] = dims[merged - 1 - i];
    aStrides_[i] = aStrides[merged - 1 - i];
    bStrides_[i] = bStrides[merged - 1 - i];
  }
}

}  // namespace trireme::common
