#include "kernels/common/half_float.h"

#include <bit>

namespace trireme::common {

float floatFromHalf(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu;
  const uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0x1F) {  // infinity and NaN, made quiet
    return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13) | (mantissa != 0 ? 0x400000u : 0u));
  }
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float tiny = float(mantissa) * 0x1p-24f;  // zero and subnormals, exact
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(tiny));
}

uint16_t halfFromFloat(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = uint16_t((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return uint16_t(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  if (magnitude >= 0x47800000u) return uint16_t(sign | 0x7C00u);  // 65536 and above
  if (magnitude < 0x38800000u) {  // below 2^-14: steps of 2^-24, rounded by the addition
    const float steps = std::bit_cast<float>(magnitude) + 0.5f;
    return uint16_t(sign | (std::bit_cast<uint32_t>(steps) - std::bit_cast<uint32_t>(0.5f)));
  }
  const uint32_t odd = (magnitude >> 13) & 1u;
  return uint16_t(sign | ((magnitude - 0x38000000u + 0xFFFu + odd) >> 13));
}

int8_t int4At(const std::byte* packed, int64_t i) {
  const auto byte = uint8_t(packed[i / 2]);
  const int nibble = i % 2 == 0 ? byte & 0x0F : byte >> 4;
  return int8_t(nibble >= 8 ? nibble - 16 : nibble);
}

void unpackInt4(std::span<const std::byte> packed, std::span<int8_t> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = int4At(packed.data(), int64_t(i));
}

}  // namespace trireme::common
