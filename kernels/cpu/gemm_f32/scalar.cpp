#include "kernels/cpu/gemm_f32/tiles.h"
#include "kernels/cpu/simd/floats_scalar.h"

namespace trireme::cpu {
namespace {

struct Tile : FloatsScalar {
  static constexpr int kTileRows = 4;
};

}  // namespace

void gemmF32Scalar(const GemmF32& args) noexcept { gemmF32<Tile>(args); }

}  // namespace trireme::cpu
