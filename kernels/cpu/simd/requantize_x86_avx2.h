#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// Requantisation of 8 sums with the bits of kernels/common. Only for sources compiled with AVX2; in an anonymous
// namespace, so that no other source can be given this code.
namespace trireme::cpu {
namespace {

// common::multiply: x << left wraps; floor((x mantissa + 2^30) / 2^31); then / 2^right, ties away from zero.
inline __m256i twoRoundings8(__m256i sum, __m256i mantissa, __m256i left, __m256i right) {
  const __m256i x = _mm256_sllv_epi32(sum, left);
  const __m256i half = _mm256_set1_epi64x(int64_t{1} << 30);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, mantissa), half);
  const __m256i odd =
      _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), _mm256_srli_epi64(mantissa, 32)), half);
  const __m256i high = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xAA);
  const __m256i one = _mm256_set1_epi32(1);
  const __m256i remainderMask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
  const __m256i remainder = _mm256_and_si256(high, remainderMask);
  const __m256i threshold = _mm256_add_epi32(_mm256_srli_epi32(remainderMask, 1), _mm256_srli_epi32(high, 31));
  return _mm256_sub_epi32(_mm256_srav_epi32(high, right), _mm256_cmpgt_epi32(remainder, threshold));
}

inline __m256i loadI32(const int32_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }

// round(double(x) * scale), ties away from zero; what does not fit becomes the smallest integer.
inline __m128i byDouble4(__m128i sum, const double* scale) {
  const __m256d value = _mm256_mul_pd(_mm256_cvtepi32_pd(sum), _mm256_loadu_pd(scale));
  const __m256d whole = _mm256_round_pd(value, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m256d rest = _mm256_sub_pd(value, whole);  // exact, with the sign of value
  const __m256d one = _mm256_set1_pd(1);
  const __m256d up = _mm256_and_pd(one, _mm256_cmp_pd(rest, _mm256_set1_pd(0.5), _CMP_GE_OQ));
  const __m256d down = _mm256_and_pd(one, _mm256_cmp_pd(rest, _mm256_set1_pd(-0.5), _CMP_LE_OQ));
  const __m256d rounded = _mm256_sub_pd(_mm256_add_pd(whole, up), down);
  return _mm256_cvttpd_epi32(rounded);
}
inline __m256i byDouble8(__m256i sum, const double* scale) {
  const __m128i low = byDouble4(_mm256_castsi256_si128(sum), scale);
  const __m128i high = byDouble4(_mm256_extracti128_si256(sum, 1), scale + 4);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

// The addition wraps, as in kernels/reference.
inline __m256i addClamp8(__m256i x, int32_t zero, int32_t low, int32_t high) {
  const __m256i sum = _mm256_add_epi32(x, _mm256_set1_epi32(zero));
  return _mm256_min_epi32(_mm256_set1_epi32(high), _mm256_max_epi32(_mm256_set1_epi32(low), sum));
}

// The low bytes of 8 sums.
inline __m128i bytesOf8(__m256i x) {
  const __m256i pick = _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, -1,
                                        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m256i picked = _mm256_shuffle_epi8(x, pick);
  return _mm_unpacklo_epi32(_mm256_castsi256_si128(picked), _mm256_extracti128_si256(picked, 1));
}
inline void storeBytes8(std::byte* to, __m256i x, int64_t count) {
  const __m128i bytes = bytesOf8(x);
  if (count >= 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), bytes);
    return;
  }
  alignas(16) std::byte part[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(part), bytes);
  for (int64_t i = 0; i < count; ++i) to[i] = part[i];
}

}  // namespace
}  // namespace trireme::cpu
