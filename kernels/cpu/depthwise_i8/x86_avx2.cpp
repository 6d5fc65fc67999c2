#include "kernels/cpu/depthwise_i8/rows.h"
#include "kernels/cpu/simd/requantize_x86_avx2.h"

namespace trireme::cpu {
namespace {

struct Avx2 {
  using Reg = __m256i;
  using Codes = __m256i;
  static constexpr int64_t kWidth = 16;
  static Reg load(const int32_t* from) { return loadI32(from); }
  static __m128i loadPart(const std::byte* from, int64_t count) {
    alignas(16) std::byte part[16] = {};
    for (int64_t i = 0; i < count; ++i) part[i] = from[i];
    return _mm_load_si128(reinterpret_cast<const __m128i*>(part));
  }
  template <bool Unsigned>
  static Codes codes(const std::byte* from, int64_t count, int32_t zero) {
    const __m128i bytes =
        count >= kWidth ? _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)) : loadPart(from, count);
    const __m256i wide = Unsigned ? _mm256_cvtepu8_epi16(bytes) : _mm256_cvtepi8_epi16(bytes);
    return _mm256_sub_epi16(wide, _mm256_set1_epi16(int16_t(zero)));
  }
  static Codes loadWeights(const int16_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  static void multiplyAdd(Reg& low, Reg& high, Codes first, Codes second, const int16_t* weights) {
    low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(first, second), loadWeights(weights)));
    high =
        _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(first, second), loadWeights(weights + kWidth)));
  }
  static Reg rescale(Reg sum, const int32_t* mantissa, const DepthwiseI8& args) {
    const Reg scaled =
        twoRoundings8(sum, loadI32(mantissa), loadI32(mantissa + kWidth), loadI32(mantissa + 2 * kWidth));
    return addClamp8(scaled, args.outputZero, args.low, args.high);
  }
  static void storeBytes(std::byte* to, Reg low, Reg high, int64_t count) {
    const __m256i halves = _mm256_and_si256(_mm256_packs_epi32(low, high), _mm256_set1_epi16(0xFF));
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(halves, halves), 0x08);
    if (count >= kWidth) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(bytes));
      return;
    }
    alignas(16) std::byte part[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(part), _mm256_castsi256_si128(bytes));
    for (int64_t i = 0; i < count; ++i) to[i] = part[i];
  }
};

}  // namespace

void depthwiseI8Avx2(const DepthwiseI8& args) noexcept { depthwiseI8<Avx2>(args); }

}  // namespace trireme::cpu
