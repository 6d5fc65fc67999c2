#pragma once

#include <algorithm>
#include <cstdint>

#include "trireme/graph.h"

// Where a sliding window (convolution, pool) lies on its input, along one axis, by TFLite's rules.
namespace trireme::common {

// A window of `filter` taps, `dilation` apart, covers this many input positions. All sizes 1 or more.
constexpr int64_t windowExtent(int64_t filter, int64_t dilation) { return (filter - 1) * dilation + 1; }

// Number of window positions. 0 where the window does not fit.
constexpr int64_t windowOutputSize(Padding padding, int64_t in, int64_t filter, int64_t stride, int64_t dilation) {
  if (in <= 0) return 0;
  if (padding == Padding::Same) return (in + stride - 1) / stride;
  return std::max<int64_t>(0, (in - windowExtent(filter, dilation) + stride) / stride);
}

// Padding before the first and after the last input position. An odd total has the larger half after.
struct PadAmount {
  int64_t before = 0, after = 0;
};
constexpr PadAmount padAmount(int64_t in, int64_t out, int64_t filter, int64_t stride, int64_t dilation) {
  const int64_t total = std::max<int64_t>(0, (out - 1) * stride + windowExtent(filter, dilation) - in);
  return {total / 2, total - total / 2};
}

// The taps [first, last) of a window at input position `origin` (may be negative) that lie inside [0, in).
struct TapRange {
  int64_t first = 0, last = 0;
};
constexpr TapRange tapsInside(int64_t origin, int64_t in, int64_t filter, int64_t dilation) {
  const int64_t first = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation;
  const int64_t last = origin >= in ? 0 : (in - origin + dilation - 1) / dilation;
  return {std::min(first, filter), std::clamp<int64_t>(last, std::min(first, filter), filter)};
}

}  // namespace trireme::common
