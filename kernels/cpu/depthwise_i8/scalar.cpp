#include "kernels/cpu/depthwise_i8/rows.h"
#include "kernels/cpu/simd/requantize_scalar.h"

namespace trireme::cpu {
namespace {

struct Scalar {
  struct Reg {
    int32_t lane[4];
  };
  struct Codes {
    int32_t lane[8];
  };
  static constexpr int64_t kWidth = 8;
  static Reg load(const int32_t* from) { return {{from[0], from[1], from[2], from[3]}}; }
  template <bool Unsigned>
  static Codes codes(const std::byte* from, int64_t count, int32_t zero) {
    Codes x{};
    for (int64_t i = 0; i < kWidth && i < count; ++i) {
      x.lane[i] = (Unsigned ? int32_t(uint8_t(from[i])) : int32_t(int8_t(from[i]))) - zero;
    }
    return x;
  }
  static void multiplyAdd(Reg& low, Reg& high, const Codes& first, const Codes& second, const int16_t* weights) {
    for (int i = 0; i < 4; ++i, weights += 2) {
      low.lane[i] = add(low.lane[i], first.lane[i] * weights[0] + second.lane[i] * weights[1]);
      high.lane[i] = add(high.lane[i], first.lane[i + 4] * weights[8] + second.lane[i + 4] * weights[9]);
    }
  }
  static Reg rescale(Reg sum, const int32_t* mantissa, const DepthwiseI8& args) {
    for (int i = 0; i < 4; ++i) {
      const int32_t scaled = twoRoundings(sum.lane[i], mantissa[i], mantissa[kWidth + i], mantissa[2 * kWidth + i]);
      sum.lane[i] = addClamp(scaled, args.outputZero, args.low, args.high);
    }
    return sum;
  }
  static void storeBytes(std::byte* to, const Reg& low, const Reg& high, int64_t count) {
    for (int64_t i = 0; i < kWidth && i < count; ++i) {
      to[i] = std::byte(uint8_t(i < 4 ? low.lane[i] : high.lane[i - 4]));
    }
  }

 private:
  static int32_t add(int32_t a, int32_t b) { return int32_t(uint32_t(a) + uint32_t(b)); }
};

}  // namespace

void depthwiseI8Scalar(const DepthwiseI8& args) noexcept { depthwiseI8<Scalar>(args); }

}  // namespace trireme::cpu
