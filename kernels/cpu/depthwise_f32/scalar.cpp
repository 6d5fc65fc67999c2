#include "kernels/cpu/depthwise_f32/rows.h"
#include "kernels/cpu/simd/floats_scalar.h"

namespace trireme::cpu {

void depthwiseF32Scalar(const DepthwiseF32& args) noexcept { depthwiseF32<FloatsScalar>(args); }

}  // namespace trireme::cpu
