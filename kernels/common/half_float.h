#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// IEEE half precision, as bits.
namespace trireme::common {

// Exact, NaN and infinity included.
float floatFromHalf(uint16_t half);
// Rounded to nearest, ties to even; overflow gives infinity; a NaN stays a quiet NaN.
uint16_t halfFromFloat(float value);

// Two signed 4-bit codes a byte, the low half first, into out.size() codes.
void unpackInt4(std::span<const std::byte> packed, std::span<int8_t> out);
// Code i alone.
int8_t int4At(const std::byte* packed, int64_t i);

}  // namespace trireme::common
