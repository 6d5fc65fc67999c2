#pragma once

#include <immintrin.h>

#include <cstdint>

// Float vectors, for sources compiled with AVX2 and FMA; in an anonymous namespace, so that no other source can be
// given this code.
namespace trireme::cpu {
namespace {

struct FloatsAvx2 {
  using Reg = __m256;
  static constexpr int kWidth = 8;
  static __m256i mask(int64_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(count < 0 ? 0 : count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Reg load(const float* from) { return _mm256_loadu_ps(from); }
  static Reg loadPart(const float* from, int64_t count) { return _mm256_maskload_ps(from, mask(count)); }
  static Reg broadcast(const float* from) { return _mm256_broadcast_ss(from); }
  static Reg multiplyAdd(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static Reg clamp(Reg x, float low, float high) {  // the second operand wins where one is NaN
    return _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x));
  }
  static void store(float* to, Reg x) { _mm256_storeu_ps(to, x); }
  static void storePart(float* to, Reg x, int64_t count) { _mm256_maskstore_ps(to, mask(count), x); }
};

}  // namespace
}  // namespace trireme::cpu
