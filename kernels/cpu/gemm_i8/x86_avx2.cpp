#include "kernels/cpu/gemm_i8/tiles.h"
#include "kernels/cpu/simd/requantize_x86_avx2.h"

namespace trireme::cpu {
namespace {

struct Avx2 {
  using Reg = __m256i;
  using Weights = __m256i;  // pairs of int16
  static constexpr int kWidth = 8, kTileRows = 4, kDepth = 2, kBytesOfA = 2;
  static Reg load(const int32_t* from) { return loadI32(from); }
  static Weights loadWeights(const std::byte* from) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static Weights broadcastGroup(const std::byte* from) {
    int32_t group;
    __builtin_memcpy(&group, from, sizeof(group));
    return _mm256_set1_epi32(group);
  }
  static void multiplyAdd(Reg& sum, Weights u, Weights v) { sum = _mm256_add_epi32(sum, _mm256_madd_epi16(u, v)); }
  static Reg minus(Reg sum, int32_t factor, int32_t value) {
    return _mm256_sub_epi32(sum, _mm256_mullo_epi32(_mm256_set1_epi32(factor), _mm256_set1_epi32(value)));
  }
  static Reg twoRoundings(Reg sum, const int32_t* mantissa, const int32_t* left, const int32_t* right) {
    return twoRoundings8(sum, loadI32(mantissa), loadI32(left), loadI32(right));
  }
  static Reg byDouble(Reg sum, const double* scale) { return byDouble8(sum, scale); }
  static Reg addClamp(Reg x, int32_t zero, int32_t low, int32_t high) { return addClamp8(x, zero, low, high); }
  static void storeBytes(std::byte* to, Reg x, int64_t count) { storeBytes8(to, x, count); }
};

}  // namespace

void gemmI8Avx2(const GemmI8& args) noexcept { gemmI8<Avx2>(args); }

}  // namespace trireme::cpu
