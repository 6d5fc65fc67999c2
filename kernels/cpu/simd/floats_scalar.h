#pragma once

#include <cstdint>

// Four floats that every processor has in one way or another: the compiler knows how. In an anonymous namespace, as the
// other vectors.
namespace trireme::cpu {
namespace {

struct FourFloats {
  float lane[4];
};
struct FloatsScalar {
  using Reg = FourFloats;
  static constexpr int kWidth = 4;
  static Reg load(const float* from) { return {{from[0], from[1], from[2], from[3]}}; }
  static Reg loadPart(const float* from, int64_t count) {
    Reg x{};
    for (int64_t i = 0; i < count && i < kWidth; ++i) x.lane[i] = from[i];
    return x;
  }
  static Reg broadcast(const float* from) { return {{*from, *from, *from, *from}}; }
  static Reg multiplyAdd(Reg a, Reg b, Reg c) {
    for (int i = 0; i < kWidth; ++i) c.lane[i] += a.lane[i] * b.lane[i];
    return c;
  }
  static Reg clamp(Reg x, float low, float high) {
    for (float& lane : x.lane) {
      lane = lane < low ? low : lane;
      lane = lane > high ? high : lane;
    }
    return x;
  }
  static void store(float* to, Reg x) {
    for (int i = 0; i < kWidth; ++i) to[i] = x.lane[i];
  }
  static void storePart(float* to, Reg x, int64_t count) {
    for (int64_t i = 0; i < count && i < kWidth; ++i) to[i] = x.lane[i];
  }
};

}  // namespace
}  // namespace trireme::cpu
