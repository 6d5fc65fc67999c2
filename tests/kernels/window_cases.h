#pragma once

#include "kernels/common/padding.h"
#include "kernels/cpu/rows/gather_rows.h"
#include "tests/kernels/kernel_cases.h"

namespace trireme::cpu {

struct WindowCase {
  int64_t batches, inH, inW, inC, filterH, filterW, stride, dilation;
  Padding padding;
};
inline std::vector<WindowCase> windowCases() {
  std::vector<WindowCase> cases;
  for (const Padding padding : {Padding::Same, Padding::Valid}) {
    for (const int64_t channels : {1, 3, 8, 15, 16, 17, 33, 70}) {
      cases.push_back({2, 7, 9, channels, 3, 3, 1, 1, padding});
      cases.push_back({1, 8, 6, channels, 3, 2, 2, 1, padding});
      cases.push_back({1, 11, 10, channels, 3, 3, 1, 3, padding});
      cases.push_back({1, 5, 5, channels, 5, 5, 3, 1, padding});
    }
    cases.push_back({1, 1, 1, 20, 1, 1, 1, 1, padding});
  }
  cases.push_back({1, 2, 3, 5, 7, 7, 1, 2, Padding::Same});  // more padding than image
  return cases;
}
inline Windows windowsOf(const WindowCase& c, int64_t elementBytes) {
  Windows w;
  w.inH = c.inH;
  w.inW = c.inW;
  w.inC = w.channels = c.inC;
  w.filterH = c.filterH;
  w.filterW = c.filterW;
  w.strideH = w.strideW = c.stride;
  w.dilationH = w.dilationW = c.dilation;
  w.outH = common::windowOutputSize(c.padding, c.inH, c.filterH, c.stride, c.dilation);
  w.outW = common::windowOutputSize(c.padding, c.inW, c.filterW, c.stride, c.dilation);
  if (c.padding == Padding::Same) {
    w.padTop = common::padAmount(c.inH, w.outH, c.filterH, c.stride, c.dilation).before;
    w.padLeft = common::padAmount(c.inW, w.outW, c.filterW, c.stride, c.dilation).before;
  }
  w.elementBytes = elementBytes;
  return w;
}
// Calls tap(number of the tap, offset of the input pixel in pixels) for the taps of an output pixel inside the image.
template <class Tap>
void forEachTap(const Windows& w, int64_t batch, int64_t y, int64_t x, Tap&& tap) {
  for (int64_t ky = 0; ky < w.filterH; ++ky) {
    for (int64_t kx = 0; kx < w.filterW; ++kx) {
      const int64_t inY = y * w.strideH - w.padTop + ky * w.dilationH;
      const int64_t inX = x * w.strideW - w.padLeft + kx * w.dilationW;
      if (inY < 0 || inY >= w.inH || inX < 0 || inX >= w.inW) continue;
      tap(ky * w.filterW + kx, (batch * w.inH + inY) * w.inW + inX);
    }
  }
}
inline std::ostream& operator<<(std::ostream& out, const WindowCase& c) {
  return out << c.batches << "x" << c.inH << "x" << c.inW << "x" << c.inC << " by " << c.filterH << "x" << c.filterW
             << " stride " << c.stride << " dilation " << c.dilation
             << (c.padding == Padding::Same ? " SAME" : " VALID");
}

}  // namespace trireme::cpu
