#include "kernels/cpu/gemm_f32/tiles.h"
#include "kernels/cpu/simd/floats_x86_avx2.h"

namespace trireme::cpu {
namespace {

struct Tile : FloatsAvx2 {
  static constexpr int kTileRows = 6;
};

}  // namespace

void gemmF32Avx2(const GemmF32& args) noexcept { gemmF32<Tile>(args); }

}  // namespace trireme::cpu
