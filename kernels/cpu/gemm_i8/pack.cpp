#include <algorithm>
#include <cstring>

#include "kernels/cpu/gemm_i8/gemm_i8.h"

namespace trireme::cpu {
namespace {

// u = x + 128 for int8, v = w - 128 for uint8: both flip the highest bit.
constexpr int32_t kFlip = 128;

struct Column {
  int32_t bias = 0, mantissa = 0, left = 0, right = 0;
  double scale = 0;
};

Column columnOf(const WeightsI8& weights, int64_t column, int32_t sumOfWeights) {
  Column to;
  uint32_t bias = 0;
  if (weights.bias) std::memcpy(&bias, weights.bias + size_t(column) * sizeof(bias), sizeof(bias));
  const uint32_t uZero = uint32_t(weights.xZero + (weights.isUnsigned ? 0 : kFlip));
  const uint32_t vZero = uint32_t(weights.wZero - (weights.isUnsigned ? kFlip : 0));
  bias += uint32_t(weights.k) * uZero * vZero - uZero * uint32_t(sumOfWeights);
  to.bias = int32_t(bias);
  if (!weights.scales.empty()) {
    to.scale = weights.scales[size_t(column)];
  } else {
    const common::Multiplier multiplier = weights.multipliers[size_t(column)];
    to.mantissa = multiplier.mantissa;
    to.left = std::max(multiplier.shift, 0);
    to.right = std::max(-multiplier.shift, 0);
  }
  return to;
}

// Writes one column's weights into a panel; returns their sum.
int32_t packColumn(const WeightsI8& weights, int64_t column, const GemmI8Kernel& kernel, std::byte* to) {
  const std::byte flip = weights.isUnsigned ? std::byte{kFlip} : std::byte{0};
  const std::byte* from = weights.weights + size_t(column * weights.k);
  uint32_t sum = 0;
  for (int64_t i = 0; i < weights.k; ++i) {
    const std::byte v = from[i] ^ flip;
    sum += uint32_t(int32_t(int8_t(v)));
    to[(i / kernel.depthOfGroup) * kernel.panelWidth * kernel.depthOfGroup + i % kernel.depthOfGroup] = v;
  }
  return int32_t(sum);
}

}  // namespace

void packGemmI8(const WeightsI8& weights, const GemmI8Kernel& kernel, std::byte* packed) noexcept {
  const size_t panelBytes = kernel.panelBytes(weights.k);
  const int64_t width = kernel.panelWidth;
  for (int64_t panel = 0; panel < kernel.panels(weights.n); ++panel) {
    std::byte* to = packed + size_t(panel) * panelBytes;
    std::fill_n(to, panelBytes, std::byte{0});
    auto* constants = reinterpret_cast<int32_t*>(to);
    for (int64_t i = 0; i < std::min(width, weights.n - panel * width); ++i) {
      const int64_t number = panel * width + i;
      const int32_t sum =
          packColumn(weights, number, kernel, to + size_t(width) * 16 + size_t(i * kernel.depthOfGroup));
      const Column column = columnOf(weights, number, sum);
      constants[i] = column.bias;
      if (!weights.scales.empty()) {
        std::memcpy(constants + width + 2 * i, &column.scale, sizeof(double));
      } else {
        constants[width + i] = column.mantissa;
        constants[2 * width + i] = column.left;
        constants[3 * width + i] = column.right;
      }
    }
  }
}

}  // namespace trireme::cpu
