#include "kernels/cpu/gemm_i8/tiles.h"
#include "kernels/cpu/simd/requantize_x86_avx512.h"

namespace trireme::cpu {
namespace {

struct Vnni {
  using Reg = __m512i;
  using Weights = __m512i;
  static constexpr int kWidth = 16, kTileRows = 14, kDepth = 4, kBytesOfA = 1;
  static Reg load(const int32_t* from) { return loadI32(from); }
  static Weights loadWeights(const std::byte* from) { return _mm512_loadu_si512(from); }
  static Weights broadcastGroup(const std::byte* from) {
    int32_t group;
    __builtin_memcpy(&group, from, sizeof(group));
    return _mm512_set1_epi32(group);
  }
  // By hand: GCC 12 copies the accumulator around its intrinsic, which costs more than half of the speed.
  static void multiplyAdd(Reg& sum, Weights u, Weights v) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(u), "v"(v));
  }
  static Reg minus(Reg sum, int32_t factor, int32_t value) {
    return _mm512_sub_epi32(sum, _mm512_mullo_epi32(_mm512_set1_epi32(factor), _mm512_set1_epi32(value)));
  }
  static Reg twoRoundings(Reg sum, const int32_t* mantissa, const int32_t* left, const int32_t* right) {
    return twoRoundings16(sum, loadI32(mantissa), loadI32(left), loadI32(right));
  }
  static Reg byDouble(Reg sum, const double* scale) { return byDouble16(sum, scale); }
  static Reg addClamp(Reg x, int32_t zero, int32_t low, int32_t high) { return addClamp16(x, zero, low, high); }
  static void storeBytes(std::byte* to, Reg x, int64_t count) {
    _mm512_mask_cvtepi32_storeu_epi8(to, maskOf(count), x);
  }
};

}  // namespace

void gemmI8Vnni(const GemmI8& args) noexcept { gemmI8<Vnni>(args); }

}  // namespace trireme::cpu
