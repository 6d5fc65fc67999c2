#pragma once

#include "kernels/cpu/depthwise_f32/depthwise_f32.h"
#include "kernels/cpu/simd/unroll.h"

// The loops for every instruction set. `V` lives in the anonymous namespace of its source, so that each source has its
// own code: nothing here may be a function that is no template of V.
//
// V: Reg, kWidth, load, loadPart, multiplyAdd, clamp, store, storePart.
namespace trireme::cpu {

// The taps of one output pixel that lie inside the image.
struct DepthwiseTaps {
  const float* first;  // the input at the first of them
  int64_t rows, columns;
  int64_t rowStep, columnStep;  // floats
  int64_t weights;              // number of the first of them
  int64_t weightsARow;          // of the filter
};

// `Blocks` blocks of channels of one pixel; `rest` channels are left from the first of them on.
template <class V, int Blocks>
void depthwiseBlocks(const DepthwiseF32& args, const DepthwiseTaps& taps, const float* packed, int64_t blockSize,
                     int64_t channel, int64_t rest, float* out) {
  typename V::Reg sum[Blocks];
  TRIREME_UNROLL
  for (int b = 0; b < Blocks; ++b) sum[b] = V::load(packed + b * blockSize);
  const bool isWhole = rest >= Blocks * V::kWidth;
  const float* weightsOfRow = packed + (taps.weights + 1) * V::kWidth;
  const float* line = taps.first + channel;
  for (int64_t y = 0; y < taps.rows; ++y, line += taps.rowStep, weightsOfRow += taps.weightsARow * V::kWidth) {
    const float* x = line;
    const float* w = weightsOfRow;
    for (int64_t tap = 0; tap < taps.columns; ++tap, x += taps.columnStep, w += V::kWidth) {
      TRIREME_UNROLL
      for (int b = 0; b < Blocks; ++b) {
        const typename V::Reg value =
            isWhole ? V::load(x + b * V::kWidth) : V::loadPart(x + b * V::kWidth, rest - b * V::kWidth);
        sum[b] = V::multiplyAdd(value, V::load(w + b * blockSize), sum[b]);
      }
    }
  }
  TRIREME_UNROLL
  for (int b = 0; b < Blocks; ++b) {
    const typename V::Reg value = V::clamp(sum[b], args.low, args.high);
    if (isWhole) {
      V::store(out + b * V::kWidth, value);
    } else {
      V::storePart(out + b * V::kWidth, value, rest - b * V::kWidth);
    }
  }
}

template <class V>
void depthwisePixel(const DepthwiseF32& args, const DepthwiseTaps& taps, float* out) {
  constexpr int kBlocks = 4;
  const Windows& w = *args.windows;
  const int64_t blockSize = V::kWidth * (w.filterH * w.filterW + 1);
  const float* packed = args.packed;
  int64_t channel = 0;
  for (; w.inC - channel >= kBlocks * V::kWidth; channel += kBlocks * V::kWidth, packed += kBlocks * blockSize) {
    depthwiseBlocks<V, kBlocks>(args, taps, packed, blockSize, channel, w.inC - channel, out + channel);
  }
  for (; channel < w.inC; channel += V::kWidth, packed += blockSize) {
    depthwiseBlocks<V, 1>(args, taps, packed, blockSize, channel, w.inC - channel, out + channel);
  }
}

// Taps [first, last) at `origin` that lie inside [0, size).
template <class V>
inline void insideOf(int64_t origin, int64_t size, int64_t filter, int64_t dilation, int64_t& first, int64_t& last) {
  first = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation;
  last = origin >= size ? 0 : (size - origin + dilation - 1) / dilation;
  first = first < filter ? first : filter;
  last = last < filter ? last : filter;
  last = last < first ? first : last;
}

template <class V>
void depthwiseF32(const DepthwiseF32& args) noexcept {
  const Windows& w = *args.windows;
  const int64_t lineSize = w.inW * w.inC;
  for (int64_t row = args.begin; row < args.end; ++row) {
    const int64_t originY = row % w.outH * w.strideH - w.padTop;
    const float* image = args.input + row / w.outH * w.inH * lineSize;
    int64_t firstY = 0, lastY = 0;
    insideOf<V>(originY, w.inH, w.filterH, w.dilationH, firstY, lastY);
    float* out = args.output + row * w.outW * w.inC;
    for (int64_t x = 0; x < w.outW; ++x, out += w.inC) {
      const int64_t originX = x * w.strideW - w.padLeft;
      int64_t firstX = 0, lastX = 0;
      insideOf<V>(originX, w.inW, w.filterW, w.dilationW, firstX, lastX);
      DepthwiseTaps taps{image,
                         lastY - firstY,
                         lastX - firstX,
                         w.dilationH * lineSize,
                         w.dilationW * w.inC,
                         firstY * w.filterW + firstX,
                         w.filterW};
      if (taps.rows > 0 && taps.columns > 0) {
        taps.first = image + (originY + firstY * w.dilationH) * lineSize + (originX + firstX * w.dilationW) * w.inC;
      } else {
        taps.rows = 0;
      }
      depthwisePixel<V>(args, taps, out);
    }
  }
}

}  // namespace trireme::cpu
