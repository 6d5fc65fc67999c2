#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/common/quantized_multiplier.h"
#include "kernels/cpu/rows/gather_rows.h"
#include "trireme/delegates.h"

// DEPTHWISE_CONV_2D, 8-bit, one output a channel: common::multiply of bias + sum (x - xZero)(w - wZero). Products are
// made in pairs of taps of 16 bits; sums are exact.
namespace trireme::cpu {

inline constexpr int64_t kMostDepthwiseTaps = 256;

// Rows [begin, end) of the output, counted over batch and height. `windows.channels` is inC.
//
//   packed: for every `width` channels, one block after the other:
//     bias, mantissa, left shift, right shift [width] int32_t each, then for each pair of taps: w - wZero [width][2]
//     int16_t; an odd number of taps gets one more of zeros
//   in a block the channels stand as vectors unpack them: see channelOfPlace
struct DepthwiseI8 {
  const Windows* windows = nullptr;
  const std::byte* input = nullptr;
  const std::byte* zeroPixel = nullptr;  // inC codes of xZero: what lies outside the image
  const std::byte* packed = nullptr;
  std::byte* output = nullptr;
  int64_t begin = 0, end = 0;
  bool isUnsigned = false;
  int32_t xZero = 0;
  int32_t low = 0, high = 0, outputZero = 0;
};
struct DepthwiseI8Kernel {
  const char* name;
  CpuIsa isa;
  int64_t width;
  void (*run)(const DepthwiseI8&) noexcept;
  size_t blockBytes(int64_t taps) const {
    return size_t(width) * (4 * sizeof(int32_t) + size_t((taps + 1) / 2) * 2 * sizeof(int16_t));
  }
  size_t packedBytes(int64_t channels, int64_t taps) const {
    return size_t((channels + width - 1) / width) * blockBytes(taps);
  }
};
std::span<const DepthwiseI8Kernel> depthwiseI8Kernels();  // best first; the last runs everywhere
const DepthwiseI8Kernel& selectDepthwiseI8(CpuIsa machine);

// Unpacking takes the low four channels of every eight first, then the high four.
constexpr int64_t channelOfPlace(int64_t place, int64_t width) {
  const int64_t half = width / 2, inHalf = place % half;
  return inHalf / 4 * 8 + place / half * 4 + inHalf % 4;
}

struct DepthwiseWeightsI8 {
  const std::byte* weights = nullptr;  // taps rows of `channels` codes
  const std::byte* bias = nullptr;     // `channels` int32_t of any alignment, or null
  int64_t channels = 0, taps = 0;
  bool isUnsigned = false;
  int32_t wZero = 0;
  std::span<const common::Multiplier> multipliers;  // one a channel
};
void packDepthwiseI8(const DepthwiseWeightsI8& weights, const DepthwiseI8Kernel& kernel, std::byte* packed) noexcept;

#define TRIREME_KERNEL(name, isa, width, function) void function(const DepthwiseI8&) noexcept;
#include "kernels/cpu/depthwise_i8/kernels.inc"
#undef TRIREME_KERNEL

}  // namespace trireme::cpu
