#include "kernels/cpu/depthwise_i8/rows.h"
#include "kernels/cpu/simd/requantize_x86_avx512.h"

namespace trireme::cpu {
namespace {

struct Avx512 {
  using Reg = __m512i;
  using Codes = __m512i;
  static constexpr int64_t kWidth = 32;
  static __mmask32 mask(int64_t count) { return count >= 32 ? ~__mmask32{0} : (__mmask32{1} << count) - 1; }
  static Reg load(const int32_t* from) { return loadI32(from); }
  template <bool Unsigned>
  static Codes codes(const std::byte* from, int64_t count, int32_t zero) {
    const __m256i bytes = _mm256_maskz_loadu_epi8(mask(count), from);
    const __m512i wide = Unsigned ? _mm512_cvtepu8_epi16(bytes) : _mm512_cvtepi8_epi16(bytes);
    return _mm512_sub_epi16(wide, _mm512_set1_epi16(int16_t(zero)));
  }
  static void multiplyAdd(Reg& low, Reg& high, Codes first, Codes second, const int16_t* weights) {
    low = _mm512_add_epi32(low, _mm512_madd_epi16(_mm512_unpacklo_epi16(first, second), _mm512_loadu_si512(weights)));
    high = _mm512_add_epi32(
        high, _mm512_madd_epi16(_mm512_unpackhi_epi16(first, second), _mm512_loadu_si512(weights + kWidth)));
  }
  static Reg rescale(Reg sum, const int32_t* mantissa, const DepthwiseI8& args) {
    const Reg scaled =
        twoRoundings16(sum, loadI32(mantissa), loadI32(mantissa + kWidth), loadI32(mantissa + 2 * kWidth));
    return addClamp16(scaled, args.outputZero, args.low, args.high);
  }
  static void storeBytes(std::byte* to, Reg low, Reg high, int64_t count) {
    _mm256_mask_storeu_epi8(to, mask(count), _mm512_cvtepi16_epi8(_mm512_packs_epi32(low, high)));
  }
};

}  // namespace

void depthwiseI8Avx512(const DepthwiseI8& args) noexcept { depthwiseI8<Avx512>(args); }

}  // namespace trireme::cpu
