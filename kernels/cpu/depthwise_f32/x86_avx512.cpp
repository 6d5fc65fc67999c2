#include "kernels/cpu/depthwise_f32/rows.h"
#include "kernels/cpu/simd/floats_x86_avx512.h"

namespace trireme::cpu {

void depthwiseF32Avx512(const DepthwiseF32& args) noexcept { depthwiseF32<FloatsAvx512>(args); }

}  // namespace trireme::cpu
