#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>

#include "kernels/common/half_float.h"
#include "kernels/gpu/prelude_values.h"

// The language of LANGUAGE.md in C++, for tests: every access is checked against its buffer, and no two items may write
// one element. Each variant of a program is compiled in a namespace of its own, with V and the variant's names defined.
// NOLINTBEGIN: macros and names are the language's.
namespace trireme::gpu::host {

template <class T, int N>
struct Lanes {
  T lane[N];
};

#define TRIREME_EACH(expression)                 \
  Lanes<T, N> result;                            \
  for (int i = 0; i < N; ++i) {                  \
    result.lane[i] = static_cast<T>(expression); \
  }                                              \
  return result
#define TRIREME_OPERATOR(op)                                            \
  template <class T, int N>                                             \
  Lanes<T, N> operator op(const Lanes<T, N>& a, const Lanes<T, N>& b) { \
    TRIREME_EACH(a.lane[i] op b.lane[i]);                               \
  }
TRIREME_OPERATOR(+)
TRIREME_OPERATOR(-)
TRIREME_OPERATOR(*)
TRIREME_OPERATOR(/)
TRIREME_OPERATOR(&)
TRIREME_OPERATOR(|)
TRIREME_OPERATOR(^)
TRIREME_OPERATOR(<<)
TRIREME_OPERATOR(>>)
#undef TRIREME_OPERATOR
template <class T, int N>
Lanes<T, N> operator-(const Lanes<T, N>& a) {
  TRIREME_EACH(-a.lane[i]);
}
template <class T, int N>
Lanes<T, N>& operator+=(Lanes<T, N>& a, const Lanes<T, N>& b) {
  return a = a + b;
}
template <class T, int N>
Lanes<T, N>& operator*=(Lanes<T, N>& a, const Lanes<T, N>& b) {
  return a = a * b;
}
template <class Lanes1, class Scalar>
Lanes1 splat(Scalar value) {
  Lanes1 result;
  for (auto& lane : result.lane) lane = value;
  return result;
}
template <class Lanes1>
Lanes1 laneNumbers() {
  Lanes1 result;
  int number = 0;
  for (auto& lane : result.lane) lane = number++;
  return result;
}
template <class To, class T, int N>
Lanes<To, N> converted(const Lanes<T, N>& from) {
  Lanes<To, N> result;
  for (int i = 0; i < N; ++i) result.lane[i] = static_cast<To>(from.lane[i]);
  return result;
}

// Masks: -1 where it holds, as in OpenCL.
#define TRIREME_COMPARE(name, op)                                               \
  template <class T, int N>                                                     \
  Lanes<int, N> name(const Lanes<T, N>& a, const Lanes<T, N>& b) {              \
    Lanes<int, N> mask;                                                         \
    for (int i = 0; i < N; ++i) mask.lane[i] = a.lane[i] op b.lane[i] ? -1 : 0; \
    return mask;                                                                \
  }
TRIREME_COMPARE(VLT, <)
TRIREME_COMPARE(VLE, <=)
TRIREME_COMPARE(VGT, >)
TRIREME_COMPARE(VGE, >=)
TRIREME_COMPARE(VEQ, ==)
TRIREME_COMPARE(VNE, !=)
#undef TRIREME_COMPARE
template <class T, int N>
Lanes<T, N> SELECT(const Lanes<int, N>& mask, const Lanes<T, N>& a, const Lanes<T, N>& b) {
  TRIREME_EACH(mask.lane[i] != 0 ? a.lane[i] : b.lane[i]);
}
template <int N>
bool ANY(const Lanes<int, N>& mask) {
  return std::any_of(mask.lane, mask.lane + N, [](int lane) { return lane != 0; });
}

#define TRIREME_FUNCTION1(name, T1, call)    \
  inline T1 name(T1 a) { return call(a); }   \
  template <int N>                           \
  Lanes<T1, N> name(const Lanes<T1, N>& a) { \
    using T = T1;                            \
    TRIREME_EACH(call(a.lane[i]));           \
  }
#define TRIREME_FUNCTION2(name, T1, call)                           \
  inline T1 name(T1 a, T1 b) { return call(a, b); }                 \
  template <int N>                                                  \
  Lanes<T1, N> name(const Lanes<T1, N>& a, const Lanes<T1, N>& b) { \
    using T = T1;                                                   \
    TRIREME_EACH(call(a.lane[i], b.lane[i]));                       \
  }
inline float reciprocalRoot(float a) { return 1.0f / std::sqrt(a); }
inline int highProduct(int a, int b) { return int((int64_t(a) * b) >> 32); }
inline int lowProduct(int a, int b) { return int(uint32_t(a) * uint32_t(b)); }
inline int lowSum(int a, int b) { return int(uint32_t(a) + uint32_t(b)); }
inline int shiftLeft(int a, int bits) { return int(uint32_t(a) << uint32_t(bits)); }
inline int lesser(int a, int b) { return std::min(a, b); }
inline int greater(int a, int b) { return std::max(a, b); }
TRIREME_FUNCTION1(EXP, float, std::exp)
TRIREME_FUNCTION1(LOG, float, std::log)
TRIREME_FUNCTION1(SQRT, float, std::sqrt)
TRIREME_FUNCTION1(RSQRT, float, reciprocalRoot)
TRIREME_FUNCTION1(FLOOR, float, std::floor)
TRIREME_FUNCTION1(ABS, float, std::fabs)
TRIREME_FUNCTION1(ROUND, float, std::round)
TRIREME_FUNCTION2(MINF, float, std::fmin)
TRIREME_FUNCTION2(MAXF, float, std::fmax)
TRIREME_FUNCTION2(MINI, int, lesser)
TRIREME_FUNCTION2(MAXI, int, greater)
TRIREME_FUNCTION2(MULHI, int, highProduct)
TRIREME_FUNCTION2(MULLO, int, lowProduct)
TRIREME_FUNCTION2(ADDLO, int, lowSum)
TRIREME_FUNCTION2(SHIFT_LEFT, int, shiftLeft)
#undef TRIREME_FUNCTION1
#undef TRIREME_FUNCTION2
inline float FMA(float a, float b, float c) { return std::fma(a, b, c); }
template <int N>
Lanes<float, N> FMA(const Lanes<float, N>& a, const Lanes<float, N>& b, const Lanes<float, N>& c) {
  using T = float;
  TRIREME_EACH(std::fma(a.lane[i], b.lane[i], c.lane[i]));
}
// Four codes a word.
template <class T>
int dotOf(int x, int y, int sum) {
  auto total = uint32_t(sum);
  for (int bit = 0; bit < 32; bit += 8) total += uint32_t(int(T(uint32_t(x) >> bit)) * int(T(uint32_t(y) >> bit)));
  return int(total);
}
template <class T, int N>
Lanes<int, N> dotOf(const Lanes<int, N>& x, const Lanes<int, N>& y, const Lanes<int, N>& sum) {
  Lanes<int, N> result;
  for (int i = 0; i < N; ++i) result.lane[i] = dotOf<T>(x.lane[i], y.lane[i], sum.lane[i]);
  return result;
}
template <class Floats>
Floats DIVIDE(const Floats& a, const Floats& b) {
  return a / b;
}
template <class Floats>
Floats REST(const Floats& a, const Floats& whole, const Floats& b) {
  return FMA(-whole, b, a);
}
template <int N>
Lanes<int, N> IS_NUMBER(const Lanes<float, N>& a) {
  return VEQ(a, a);
}
#undef TRIREME_EACH

// Local memory of a group, checked as buffers are.
struct SharedFloats {
  float* data = nullptr;
  int64_t count = 0;
  float& operator[](int64_t at) const {
    if (at < 0 || at >= count) {
      throw std::out_of_range("local memory[" + std::to_string(at) + "] of " + std::to_string(count) + " floats");
    }
    return data[at];
  }
};
template <class Vector>
Vector sharedLanes(const SharedFloats& shared, int64_t at) {
  Vector result;
  if (at % int64_t(std::size(result.lane)) != 0) throw std::out_of_range("a vector of local memory lies across two");
  for (auto& lane : result.lane) lane = shared[at++];
  return result;
}
template <class Vector>
void shareLanes(const SharedFloats& shared, int64_t at, const Vector& value) {
  if (at % int64_t(std::size(value.lane)) != 0) throw std::out_of_range("a vector of local memory lies across two");
  for (const auto& lane : value.lane) shared[at++] = lane;
}

// One item of a dispatch, and what its group shares.
struct Item {
  int global[3] = {}, local[3] = {}, group[3] = {};
  uint32_t number = 0;  // counted from 1
  float* shared = nullptr;
  size_t sharedCount = 0;
  mutable size_t sharedUsed = 0;
  void* barrier = nullptr;
  void (*arrive)(void*) = nullptr;
  SharedFloats takeShared(size_t count) const {
    float* mine = shared + sharedUsed;
    sharedUsed += count;
    if (sharedUsed > sharedCount) {
      throw std::out_of_range("a group uses " + std::to_string(sharedUsed) + " floats of local memory, which has " +
                              std::to_string(sharedCount));
    }
    return {mine, int64_t(count)};
  }
};

// Who wrote which element of an output, so that two items cannot write one.
struct Writers {
  uint32_t* items = nullptr;
};
template <class T>
struct Memory {
  T* data = nullptr;
  int64_t count = 0;
  const char* name = "";
  Writers writers;
  uint32_t item = 0;

  T& operator[](int64_t at) const {
    if (at < 0 || at >= count) {
      throw std::out_of_range(std::string(name) + "[" + std::to_string(at) + "] of " + std::to_string(count) +
                              " elements");
    }
    return data[at];
  }
  void write(int64_t at, T value) const {
    (*this)[at] = value;
    uint32_t& writer = writers.items[at];
    if (writer != 0 && writer != item) {
      throw std::out_of_range(std::string(name) + "[" + std::to_string(at) + "] is written by two items");
    }
    writer = item;
  }
};

template <class Value, class T>
Value loaded(const Memory<T>& memory, int64_t at) {
  if constexpr (std::is_same_v<T, uint16_t>) {
    return common::floatFromHalf(memory[at]);
  } else {
    return memory[at];
  }
}
template <class T, class Value>
void stored(const Memory<T>& memory, int64_t at, Value value) {
  if constexpr (std::is_same_v<T, uint16_t>) {
    memory.write(at, common::halfFromFloat(value > 65504.0f ? 65504.0f : (value < -65504.0f ? -65504.0f : value)));
  } else {
    memory.write(at, T(value));
  }
}
template <class Vector, class T>
Vector loadedLanes(const Memory<T>& memory, int64_t at) {
  Vector result;
  for (auto& lane : result.lane) lane = loaded<std::remove_reference_t<decltype(lane)>>(memory, at++);
  return result;
}
template <class T>
int loadedWord(const Memory<T>& memory, int64_t at) {
  uint32_t word = 0;
  for (int k = 0; k < 4; ++k) word |= uint32_t(uint8_t(memory[at + k])) << (8 * k);
  return int(word);
}
template <class T, class Vector>
void storedLanes(const Memory<T>& memory, int64_t at, const Vector& value) {
  for (const auto& lane : value.lane) stored(memory, at++, lane);
}

// LOADV and STOREV take whole vectors where they lie.
template <class T>
int64_t atVector(const Memory<T>& memory, int64_t at, int width) {
  if (at % width != 0) {
    throw std::out_of_range(std::string(memory.name) + "[" + std::to_string(at) + "] is no place for a vector of " +
                            std::to_string(width));
  }
  return at;
}

}  // namespace trireme::gpu::host

#define TYPE_f32 float
#define TYPE_f16 uint16_t
#define TYPE_i8 int8_t
#define TYPE_u8 uint8_t
#define TYPE_i16 int16_t
#define TYPE_i32 int32_t
#define TYPE_OF(T) JOIN(TYPE_, T)
#define LOADV(T, b, at) loadedLanes<VALUEV(T)>(b, atVector(b, at, V))
#define LOAD1(T, b, at) loaded<VALUE(T)>(b, at)
#define STOREV(T, b, at, value) storedLanes(b, atVector(b, at, V), value)
#define STORE1(T, b, at, value) stored(b, at, value)
#define LOADU(T, b, at) loadedLanes<VALUEV(T)>(b, at)
#define STOREU(T, b, at, value) storedLanes(b, at, value)
#define LOADW(T, b, at) loadedWord(b, atVector(b, at, 4))
#define DOT4(T, x, y, sum) dotOf<TYPE_OF(T)>(x, y, sum)
#define SPLAT(x) splat<vec>(x)
#define ISPLAT(x) splat<ivec>(x)
#define LANES laneNumbers<ivec>()
#define LANE(v, k) ((v).lane[0x##k])
#define LANE_NUMBER(k) 0x##k
#define REPEAT_4(M) M(0) M(1) M(2) M(3)
#define REPEAT_8(M) REPEAT_4(M) M(4) M(5) M(6) M(7)
#define REPEAT_16(M) REPEAT_8(M) M(8) M(9) M(a) M(b) M(c) M(d) M(e) M(f)
#define REPEAT_V(M) JOIN(REPEAT_, V)(M)
#define TO_VEC(v) converted<float>(v)
#define TO_IVEC(v) converted<int>(v)
#define TO_FLOAT(i) static_cast<float>(i)
#define TO_INT(f) static_cast<int>(f)
#define TO_DOUBLE(x) static_cast<double>(x)
#define DOUBLE_TO_FLOAT(x) static_cast<float>(x)
#define ROUND_DOUBLE(x) std::round(x)
#define EXACT_FLOATS
#define OVERLOADED
#define UNROLL
#define UNROLL_INDEXED
#define FUNCTION [[maybe_unused]] static
#define FN(name) name
#define GLOBAL_ID(d) item.global[d]
#define LOCAL_ID(d) item.local[d]
#define GROUP_ID(d) item.group[d]
#define BARRIER item.arrive(item.barrier)
#define LOCAL_FLOATS(name, count) const SharedFloats name = item.takeShared(size_t(count))
#define LOADL(b, at) sharedLanes<vec>(b, at)
#define STOREL(b, at, value) shareLanes(b, at, value)
#define LOCAL_HALVES(name, count) LOCAL_FLOATS(name, count)
#define STOREH(b, at, value) STOREL(b, at, value)
#define KERNEL inline void Invocation::run()
// NOLINTEND
