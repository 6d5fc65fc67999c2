#pragma once

#include <immintrin.h>

#include <cstdint>

// Float vectors, for sources compiled with AVX-512; in an anonymous namespace, so that no other source can be given
// this code.
namespace trireme::cpu {
namespace {

struct FloatsAvx512 {
  using Reg = __m512;
  static constexpr int kWidth = 16;
  static __mmask16 mask(int64_t count) {
    return count >= kWidth ? __mmask16(0xFFFF) : (count <= 0 ? __mmask16(0) : __mmask16((1U << count) - 1));
  }
  static Reg load(const float* from) { return _mm512_loadu_ps(from); }
  static Reg loadPart(const float* from, int64_t count) { return _mm512_maskz_loadu_ps(mask(count), from); }
  static Reg broadcast(const float* from) { return _mm512_set1_ps(*from); }
  static Reg multiplyAdd(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  static Reg clamp(Reg x, float low, float high) {  // the second operand wins where one is NaN
    return _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x));
  }
  static void store(float* to, Reg x) { _mm512_storeu_ps(to, x); }
  static void storePart(float* to, Reg x, int64_t count) { _mm512_mask_storeu_ps(to, mask(count), x); }
};

}  // namespace
}  // namespace trireme::cpu
