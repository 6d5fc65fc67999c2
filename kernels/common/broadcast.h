#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "trireme/tensor.h"

// Elementwise operators on two tensors whose shapes differ, by NumPy's rules, up to kMaxRank.
namespace trireme::common {

// The shape of both together: aligned at the last axis, equal or one of them 1. Nothing where they do not fit.
std::optional<Shape> broadcastShape(const Shape& a, const Shape& b);

// Walks an output and the two inputs below it. Axes that both inputs walk alike are merged, so the innermost run is as
// long as it can be.
class Broadcast {
 public:
  // Only for shapes that broadcastShape() takes. Zero-size shapes are fine.
  Broadcast(const Shape& a, const Shape& b);
  int64_t elements() const { return elements_; }

  // Calls run(out, a, aStep, b, bStep, count) for pieces of the outputs [begin, end) in order: `out`, `a` and `b` are
  // offsets of the piece's first element, the steps (0 or 1) lead to the next one.
  template <class Run>
  void forEachRun(int64_t begin, int64_t end, Run&& run) const {
    if (begin >= end) return;
    const int last = rank_ - 1;
    std::array<int64_t, kMaxRank> at{};
    int64_t a = 0, b = 0, rest = begin;
    for (int axis = last; axis >= 0; --axis) {
      at[size_t(axis)] = rest % dims_[size_t(axis)];
      rest /= dims_[size_t(axis)];
      a += at[size_t(axis)] * aStrides_[size_t(axis)];
      b += at[size_t(axis)] * bStrides_[size_t(axis)];
    }
    const int64_t inner = dims_[size_t(last)];
    const int64_t aStep = aStrides_[size_t(last)], bStep = bStrides_[size_t(last)];
    while (begin < end) {
      const int64_t count = std::min(inner - at[size_t(last)], end - begin);
      run(begin, a, aStep, b, bStep, count);
      begin += count;
      a += (count - 1) * aStep;
      b += (count - 1) * bStep;
      at[size_t(last)] += count - 1;
      for (int axis = last; axis >= 0; --axis) {
        const size_t i = size_t(axis);
        a += aStrides_[i];
        b += bStrides_[i];
        if (++at[i] < dims_[i]) break;
        a -= aStrides_[i] * dims_[i];
        b -= bStrides_[i] * dims_[i];
        at[i] = 0;
      }
    }
  }

 private:
  int rank_ = 1;
  int64_t elements_ = 1;
  std::array<int64_t, kMaxRank> dims_{1}, aStrides_{}, bStrides_{};
};

}  // namespace trireme::common
