#pragma once

#include "kernels/reference/steering.h"

namespace trireme::reference {

inline constexpr int kMaxSliceAxes = 16;

// An axis of the slice before shrinking: `count` positions of the input's axis, from `start` on, `stride` apart. New
// axes have inputAxis -1 and one position. An axis that shrinks has one position and is none of the output's.
struct SlicedAxis {
  int64_t inputAxis = -1, start = 0, count = 1, stride = 1;
  bool shrinks = false;
};
struct SlicedAxes {
  std::array<SlicedAxis, StridedCopy::kMaxDims> axes{};
  int count = 0;
  std::span<const SlicedAxis> all() const { return {axes.data(), size_t(count)}; }
};
// STRIDED_SLICE's masks and ranges, worked out; `steering` as below.
Result<SlicedAxes> slicedAxes(const TensorType& in, const StridedSliceParams& params, const Steering& steering);

// STRIDED_SLICE with all its masks: `steering` holds begin, end and strides, of one length. The copy, or why the
// operands do not give the planned output.
Result<StridedCopy> planStridedSlice(const TensorType& in, const TensorType& out, const StridedSliceParams& params,
                                     const Steering& steering);

}  // namespace trireme::reference
