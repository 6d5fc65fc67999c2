#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// Requantisation of 16 sums with the bits of kernels/common. Only for sources compiled with AVX-512; in an anonymous
// namespace, so that no other source can be given this code.
namespace trireme::cpu {
namespace {

inline __mmask16 maskOf(int64_t count) {
  return count >= 16 ? __mmask16(0xFFFF) : (count <= 0 ? __mmask16(0) : __mmask16((1U << count) - 1));
}

// common::multiply: x << left wraps; floor((x mantissa + 2^30) / 2^31); then / 2^right, ties away from zero.
inline __m512i twoRoundings16(__m512i sum, __m512i mantissa, __m512i left, __m512i right) {
  const __m512i x = _mm512_sllv_epi32(sum, left);
  const __m512i half = _mm512_set1_epi64(int64_t{1} << 30);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, mantissa), half);
  const __m512i odd =
      _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(x, 32), _mm512_srli_epi64(mantissa, 32)), half);
  const __m512i high = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 31), _mm512_slli_epi64(odd, 1));
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i remainderMask = _mm512_sub_epi32(_mm512_sllv_epi32(one, right), one);
  const __m512i remainder = _mm512_and_si512(high, remainderMask);
  const __m512i threshold = _mm512_add_epi32(_mm512_srli_epi32(remainderMask, 1), _mm512_srli_epi32(high, 31));
  const __m512i quotient = _mm512_srav_epi32(high, right);
  return _mm512_mask_add_epi32(quotient, _mm512_cmpgt_epi32_mask(remainder, threshold), quotient, one);
}

inline __m512i loadI32(const int32_t* from) { return _mm512_loadu_si512(from); }

// round(double(x) * scale), ties away from zero; what does not fit becomes the smallest integer.
inline __m256i byDouble8(__m256i sum, const double* scale) {
  const __m512d value = _mm512_mul_pd(_mm512_cvtepi32_pd(sum), _mm512_loadu_pd(scale));
  const __m512d whole = _mm512_roundscale_pd(value, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m512d rest = _mm512_sub_pd(value, whole);  // exact, with the sign of value
  const __m512d one = _mm512_set1_pd(1), half = _mm512_set1_pd(0.5);
  const __m512d up = _mm512_mask_add_pd(whole, _mm512_cmp_pd_mask(rest, half, _CMP_GE_OQ), whole, one);
  const __m512d minusHalf = _mm512_set1_pd(-0.5);
  const __m512d rounded = _mm512_mask_sub_pd(up, _mm512_cmp_pd_mask(rest, minusHalf, _CMP_LE_OQ), up, one);
  return _mm512_cvttpd_epi32(rounded);
}
inline __m512i byDouble16(__m512i sum, const double* scale) {
  const __m256i low = byDouble8(_mm512_castsi512_si256(sum), scale);
  const __m256i high = byDouble8(_mm512_extracti64x4_epi64(sum, 1), scale + 8);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

// The addition wraps, as in kernels/reference.
inline __m512i addClamp16(__m512i x, int32_t zero, int32_t low, int32_t high) {
  const __m512i sum = _mm512_add_epi32(x, _mm512_set1_epi32(zero));
  return _mm512_min_epi32(_mm512_set1_epi32(high), _mm512_max_epi32(_mm512_set1_epi32(low), sum));
}

}  // namespace
}  // namespace trireme::cpu
