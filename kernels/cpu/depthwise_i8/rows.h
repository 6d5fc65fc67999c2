#pragma once

#include "kernels/cpu/depthwise_i8/depthwise_i8.h"

// The loops for every instruction set. `V` lives in the anonymous namespace of its source, so that each source has its
// own code: nothing here may be a function that is no template of V.
//
// V: kWidth; Reg, half a block of int32 sums; Codes, a block of int16; load(sums), codes<Unsigned>(bytes, count, zero),
// multiplyAdd(low, high, first, second, weights), rescale(sums, constants, args), storeBytes(to, low, high, count).
namespace trireme::cpu {

// One pixel: `taps` holds an even number of pointers to its input pixels, in pairs.
template <class V, bool Unsigned>
void depthwiseI8Pixel(const DepthwiseI8& args, const std::byte* const* taps, int64_t pairs, std::byte* out) {
  constexpr int64_t kHalf = V::kWidth / 2;
  const int64_t channels = args.windows->inC;
  const std::byte* packed = args.packed;
  for (int64_t channel = 0; channel < channels; channel += V::kWidth) {
    const int64_t rest = channels - channel;
    const auto* constants = reinterpret_cast<const int32_t*>(packed);
    const auto* weights = reinterpret_cast<const int16_t*>(constants + 4 * V::kWidth);
    typename V::Reg low = V::load(constants), high = V::load(constants + kHalf);
    for (int64_t pair = 0; pair < pairs; ++pair, weights += 2 * V::kWidth) {
      const auto first = V::template codes<Unsigned>(taps[2 * pair] + channel, rest, args.xZero);
      const auto second = V::template codes<Unsigned>(taps[2 * pair + 1] + channel, rest, args.xZero);
      V::multiplyAdd(low, high, first, second, weights);
    }
    low = V::rescale(low, constants + V::kWidth, args);
    high = V::rescale(high, constants + V::kWidth + kHalf, args);
    V::storeBytes(out + channel, low, high, rest);
    packed = reinterpret_cast<const std::byte*>(weights);
  }
}

template <class V, bool Unsigned>
void depthwiseI8Rows(const DepthwiseI8& args) {
  const Windows& w = *args.windows;
  const int64_t taps = w.filterH * w.filterW, lineBytes = w.inW * w.inC;
  const std::byte* pixels[kMostDepthwiseTaps + 1];
  pixels[taps] = args.zeroPixel;
  for (int64_t row = args.begin; row < args.end; ++row) {
    const int64_t originY = row % w.outH * w.strideH - w.padTop;
    const std::byte* image = args.input + row / w.outH * w.inH * lineBytes;
    std::byte* out = args.output + row * w.outW * w.inC;
    for (int64_t x = 0; x < w.outW; ++x, out += w.inC) {
      const int64_t originX = x * w.strideW - w.padLeft;
      const std::byte** pixel = pixels;
      for (int64_t tapY = 0, y = originY; tapY < w.filterH; ++tapY, y += w.dilationH) {
        const bool isLine = y >= 0 && y < w.inH;
        for (int64_t tapX = 0, at = originX; tapX < w.filterW; ++tapX, at += w.dilationW) {
          *pixel++ = isLine && at >= 0 && at < w.inW ? image + y * lineBytes + at * w.inC : args.zeroPixel;
        }
      }
      depthwiseI8Pixel<V, Unsigned>(args, pixels, (taps + 1) / 2, out);
    }
  }
}

template <class V>
void depthwiseI8(const DepthwiseI8& args) noexcept {
  if (args.isUnsigned) {
    depthwiseI8Rows<V, true>(args);
  } else {
    depthwiseI8Rows<V, false>(args);
  }
}

}  // namespace trireme::cpu
