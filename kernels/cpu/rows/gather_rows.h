#pragma once

#include <cstddef>
#include <cstdint>

// A convolution as a matrix product: one row of A for each output pixel, which holds the pixel's window, tap after tap,
// `channels` elements a tap.
namespace trireme::cpu {

struct Windows {
  int64_t inH = 0, inW = 0, inC = 0;  // of the input, NHWC
  int64_t outH = 0, outW = 0;
  int64_t filterH = 0, filterW = 0, strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  int64_t padTop = 0, padLeft = 0;
  int64_t channelBegin = 0, channels = 0;  // of a group
  int64_t elementBytes = 1;
  int64_t rowBytes() const { return filterH * filterW * channels * elementBytes; }
};
// Rows of output pixels [begin, end), counted over batch, height and width, `outStride` bytes apart. Taps outside the
// image become bytes of `fill`.
void gatherRows(const Windows& windows, const std::byte* input, int64_t begin, int64_t end, std::byte fill,
                std::byte* out, int64_t outStride) noexcept;

}  // namespace trireme::cpu
