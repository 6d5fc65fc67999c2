#include "kernels/cpu/gemm_f32/tiles.h"
#include "kernels/cpu/simd/floats_x86_avx512.h"

namespace trireme::cpu {
namespace {

struct Tile : FloatsAvx512 {
  static constexpr int kTileRows = 14;
};

}  // namespace

void gemmF32Avx512(const GemmF32& args) noexcept { gemmF32<Tile>(args); }

}  // namespace trireme::cpu
