#include <algorithm>

#include "kernels/cpu/gemm_i8/gemm_i8.h"

#if defined(__x86_64__)
#include <immintrin.h>  // only SSE2 of it, which every x86-64 has
#endif

namespace trireme::cpu {
namespace {

// u = x + 128 for int8: flips the highest bit.
std::byte flipOf(bool isUnsigned) { return isUnsigned ? std::byte{0} : std::byte{0x80}; }

// Each of these does a multiple of 16 from the front and returns how many.
#if defined(__x86_64__)
__m128i load16(const std::byte* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
void store16(void* to, __m128i x) { _mm_storeu_si128(static_cast<__m128i*>(to), x); }

int64_t flipMany(const std::byte* codes, int64_t k, std::byte flip, std::byte* a) {
  const __m128i flips = _mm_set1_epi8(char(flip));
  int64_t i = 0;
  for (; i + 16 <= k; i += 16) store16(a + i, _mm_xor_si128(load16(codes + i), flips));
  return i;
}
int64_t widenMany(const std::byte* codes, int64_t k, std::byte flip, uint16_t* a) {
  const __m128i flips = _mm_set1_epi8(char(flip)), zero = _mm_setzero_si128();
  int64_t i = 0;
  for (; i + 16 <= k; i += 16) {
    const __m128i x = _mm_xor_si128(load16(codes + i), flips);
    store16(a + i, _mm_unpacklo_epi8(x, zero));
    store16(a + i + 8, _mm_unpackhi_epi8(x, zero));
  }
  return i;
}
int64_t sumMany(const std::byte* codes, int64_t k, std::byte flip, uint32_t& sum) {
  const __m128i flips = _mm_set1_epi8(char(flip));
  __m128i sums = _mm_setzero_si128();
  int64_t i = 0;
  for (; i + 16 <= k; i += 16) {
    sums = _mm_add_epi64(sums, _mm_sad_epu8(_mm_xor_si128(load16(codes + i), flips), _mm_setzero_si128()));
  }
  sum += uint32_t(_mm_cvtsi128_si32(sums)) + uint32_t(_mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums)));
  return i;
}
#else
int64_t flipMany(const std::byte*, int64_t, std::byte, std::byte*) { return 0; }
int64_t widenMany(const std::byte*, int64_t, std::byte, uint16_t*) { return 0; }
int64_t sumMany(const std::byte*, int64_t, std::byte, uint32_t&) { return 0; }
#endif

int32_t sumOf(const std::byte* codes, int64_t k, std::byte flip) {
  uint32_t sum = 0;
  for (int64_t i = sumMany(codes, k, flip, sum); i < k; ++i) sum += uint32_t(codes[i] ^ flip);
  return int32_t(sum);
}

}  // namespace

void packRowsI8(const std::byte* codes, int64_t rows, ptrdiff_t codeStride, int64_t k, bool isUnsigned,
                const GemmI8Kernel& kernel, std::byte* a, int32_t* sums) noexcept {
  const std::byte flip = flipOf(isUnsigned);
  const int64_t padded = kernel.groups(k) * kernel.depthOfGroup;
  for (int64_t row = 0; row < rows; ++row, codes += codeStride, a += kernel.rowBytes(k)) {
    if (sums) sums[row] = sumOf(codes, k, flip);  // before the codes are overwritten
    if (kernel.bytesOfA == 1) {
      for (int64_t i = flipMany(codes, k, flip, a); i < k; ++i) a[i] = codes[i] ^ flip;
      std::fill(a + k, a + padded, std::byte{0});
    } else {
      auto* wide = reinterpret_cast<uint16_t*>(a);
      for (int64_t i = widenMany(codes, k, flip, wide); i < k; ++i) wide[i] = uint16_t(codes[i] ^ flip);
      std::fill(wide + k, wide + padded, uint16_t{0});
    }
  }
}

}  // namespace trireme::cpu
