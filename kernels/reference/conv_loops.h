#pragma once

#include "kernels/common/padding.h"
#include "kernels/reference/window.h"

// The loops of CONV_2D and DEPTHWISE_CONV_2D, for any types. `product` multiplies a code of the image with one of the
// filter, `finish` turns an accumulator of an output channel into an output. Accumulators of integers are unsigned:
// they wrap where a hostile model overflows them. `row` counts the output's rows over all batches; `image` is the image
// of the row's batch.
namespace trireme::reference {

template <class Acc, class In, class Weight, class Out, class Product, class Finish>
void convolve(const Window& w, const In* image, const Weight* filter, Out* out, int64_t row, Product product,
              Finish finish) {
  const int64_t y = row % w.outH;
  const int64_t filterC = w.filterC, perGroup = w.outC / (w.inC / filterC);
  const int64_t originY = y * w.strideH - w.padH;
  const auto tapsY = common::tapsInside(originY, w.inH, w.filterH, w.dilationH);
  for (int64_t x = 0; x < w.outW; ++x) {
    const int64_t originX = x * w.strideW - w.padW;
    const auto tapsX = common::tapsInside(originX, w.inW, w.filterW, w.dilationW);
    Out* pixel = out + (row * w.outW + x) * w.outC;
    for (int64_t c = 0; c < w.outC; ++c) {
      Acc acc{};
      for (int64_t ky = tapsY.first; ky < tapsY.last; ++ky) {
        const int64_t line = (originY + ky * w.dilationH) * w.inW + originX;
        for (int64_t kx = tapsX.first; kx < tapsX.last; ++kx) {
          const In* from = image + (line + kx * w.dilationW) * w.inC + c / perGroup * filterC;
          const Weight* weights = filter + ((c * w.filterH + ky) * w.filterW + kx) * filterC;
          for (int64_t i = 0; i < filterC; ++i) acc += product(from[i], weights[i]);
        }
      }
      pixel[c] = finish(acc, size_t(c));
    }
  }
}

// `accumulators` has room for all output channels of one position.
template <class Acc, class In, class Weight, class Out, class Product, class Finish>
void convolveDepthwise(const Window& w, const In* image, const Weight* filter, Out* out, int64_t row, Acc* accumulators,
                       Product product, Finish finish) {
  const int64_t y = row % w.outH;
  const int64_t multiplier = w.outC / w.inC;
  const int64_t originY = y * w.strideH - w.padH;
  const auto tapsY = common::tapsInside(originY, w.inH, w.filterH, w.dilationH);
  for (int64_t x = 0; x < w.outW; ++x) {
    const int64_t originX = x * w.strideW - w.padW;
    const auto tapsX = common::tapsInside(originX, w.inW, w.filterW, w.dilationW);
    for (int64_t c = 0; c < w.outC; ++c) accumulators[c] = Acc{};
    for (int64_t ky = tapsY.first; ky < tapsY.last; ++ky) {
      const int64_t line = (originY + ky * w.dilationH) * w.inW + originX;
      for (int64_t kx = tapsX.first; kx < tapsX.last; ++kx) {
        const In* from = image + (line + kx * w.dilationW) * w.inC;
        const Weight* weights = filter + (ky * w.filterW + kx) * w.outC;
        if (multiplier == 1) {
          for (int64_t c = 0; c < w.outC; ++c) accumulators[c] += product(from[c], weights[c]);
        } else {
          for (int64_t c = 0; c < w.outC; ++c) accumulators[c] += product(from[c / multiplier], weights[c]);
        }
      }
    }
    Out* pixel = out + (row * w.outW + x) * w.outC;
    for (int64_t c = 0; c < w.outC; ++c) pixel[c] = finish(accumulators[c], size_t(c));
  }
}

}  // namespace trireme::reference
