#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/cpu/rows/gather_rows.h"
#include "trireme/delegates.h"

// DEPTHWISE_CONV_2D, float32, one output a channel. Each output is one chain of multiply-adds over the taps inside the
// image, row by row, that starts from its bias.
namespace trireme::cpu {

// Rows [begin, end) of the output, counted over batch and height. `windows.channels` is inC.
//
//   packed: for every `width` channels, one block after the other:
//     bias[width], then for each tap: weight[width]      channels beyond inC are zeros
struct DepthwiseF32 {
  const Windows* windows = nullptr;
  const float* input = nullptr;
  const float* packed = nullptr;
  float* output = nullptr;
  int64_t begin = 0, end = 0;
  float low = 0, high = 0;  // NaN passes
};
struct DepthwiseF32Kernel {
  const char* name;
  CpuIsa isa;
  int64_t width;
  void (*run)(const DepthwiseF32&) noexcept;
};
std::span<const DepthwiseF32Kernel> depthwiseF32Kernels();  // best first; the last runs everywhere
const DepthwiseF32Kernel& selectDepthwiseF32(CpuIsa machine);

constexpr int64_t packedSizeDepthwiseF32(int64_t channels, int64_t taps, int64_t width) {
  return (channels + width - 1) / width * width * (taps + 1);
}
// `weights`: taps rows of `channels` floats, as filters lie in a file, of any alignment. Null bias: zeros.
void packDepthwiseF32(const std::byte* weights, const std::byte* bias, int64_t channels, int64_t taps, int64_t width,
                      float* packed) noexcept;

#define TRIREME_KERNEL(name, isa, width, function) void function(const DepthwiseF32&) noexcept;
#include "kernels/cpu/depthwise_f32/kernels.inc"
#undef TRIREME_KERNEL

}  // namespace trireme::cpu
