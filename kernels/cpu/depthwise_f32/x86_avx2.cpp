#include "kernels/cpu/depthwise_f32/rows.h"
#include "kernels/cpu/simd/floats_x86_avx2.h"

namespace trireme::cpu {

void depthwiseF32Avx2(const DepthwiseF32& args) noexcept { depthwiseF32<FloatsAvx2>(args); }

}  // namespace trireme::cpu
