#pragma once

#include "kernels/reference/steering.h"

namespace trireme::reference {

inline constexpr int kMaxSliceAxes = 16;

// STRIDED_SLICE with all its masks: `steering` holds begin, end and strides, of one length. The copy, or why the
// operands do not give the planned output.
Result<StridedCopy> planStridedSlice(const TensorType& in, const TensorType& out, const StridedSliceParams& params,
                                     const Steering& steering);

}  // namespace trireme::reference
