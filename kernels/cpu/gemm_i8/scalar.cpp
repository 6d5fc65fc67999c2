#include "kernels/cpu/gemm_i8/tiles.h"
#include "kernels/cpu/simd/requantize_scalar.h"

namespace trireme::cpu {
namespace {

struct Four {
  int32_t lane[4];
};
struct Scalar {
  using Reg = Four;
  using Weights = Four;
  static constexpr int kWidth = 4, kTileRows = 4, kDepth = 1, kBytesOfA = 1;
  static Reg load(const int32_t* from) { return {{from[0], from[1], from[2], from[3]}}; }
  static Weights loadWeights(const std::byte* from) {
    Weights v{};
    for (int i = 0; i < kWidth; ++i) v.lane[i] = int8_t(from[i]);
    return v;
  }
  static Weights broadcastGroup(const std::byte* from) {
    const int32_t u = int32_t(*from);
    return {{u, u, u, u}};
  }
  static void multiplyAdd(Reg& sum, const Weights& u, const Weights& v) {
    for (int i = 0; i < kWidth; ++i) sum.lane[i] = wrapped(sum.lane[i], u.lane[i] * v.lane[i]);
  }
  static Reg minus(Reg sum, int32_t factor, int32_t value) {
    for (int32_t& lane : sum.lane) lane = int32_t(uint32_t(lane) - uint32_t(factor) * uint32_t(value));
    return sum;
  }
  static Reg twoRoundings(Reg sum, const int32_t* mantissa, const int32_t* left, const int32_t* right) {
    for (int i = 0; i < kWidth; ++i) sum.lane[i] = cpu::twoRoundings(sum.lane[i], mantissa[i], left[i], right[i]);
    return sum;
  }
  static Reg byDouble(Reg sum, const double* scale) {
    for (int i = 0; i < kWidth; ++i) sum.lane[i] = cpu::byDouble(sum.lane[i], scale[i]);
    return sum;
  }
  static Reg addClamp(Reg x, int32_t zero, int32_t low, int32_t high) {
    for (int32_t& lane : x.lane) lane = cpu::addClamp(lane, zero, low, high);
    return x;
  }
  static void storeBytes(std::byte* to, const Reg& x, int64_t count) {
    for (int64_t i = 0; i < kWidth && i < count; ++i) to[i] = std::byte(uint8_t(x.lane[i]));
  }

 private:
  static int32_t wrapped(int32_t a, int32_t b) { return int32_t(uint32_t(a) + uint32_t(b)); }
};

}  // namespace

void gemmI8Scalar(const GemmI8& args) noexcept { gemmI8<Scalar>(args); }

}  // namespace trireme::cpu
