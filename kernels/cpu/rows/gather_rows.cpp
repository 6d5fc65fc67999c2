#include "kernels/cpu/rows/gather_rows.h"

#include <cstring>

#include "kernels/common/padding.h"

namespace trireme::cpu {
namespace {

// The taps of one row of the window. Without dilation and groups they lie side by side in the input.
void gatherTaps(const Windows& w, const std::byte* line, int64_t originX, std::byte fill, std::byte* out) noexcept {
  const int64_t pixel = w.inC * w.elementBytes, tap = w.channels * w.elementBytes;
  const common::TapRange inside = common::tapsInside(originX, w.inW, w.filterW, w.dilationW);
  const int64_t count = inside.last - inside.first;
  if (count <= 0) {
    std::memset(out, int(fill), size_t(w.filterW * tap));
    return;
  }
  std::memset(out, int(fill), size_t(inside.first * tap));
  std::memset(out + inside.last * tap, int(fill), size_t((w.filterW - inside.last) * tap));
  const std::byte* from = line + (originX + inside.first * w.dilationW) * pixel + w.channelBegin * w.elementBytes;
  std::byte* to = out + inside.first * tap;
  if (w.dilationW == 1 && w.channels == w.inC) {
    std::memcpy(to, from, size_t(count * tap));
    return;
  }
  for (int64_t i = 0; i < count; ++i) std::memcpy(to + i * tap, from + i * w.dilationW * pixel, size_t(tap));
}

}  // namespace

void gatherRows(const Windows& w, const std::byte* input, int64_t begin, int64_t end, std::byte fill, std::byte* out,
                int64_t outStride) noexcept {
  const int64_t lineBytes = w.inW * w.inC * w.elementBytes;
  const int64_t lineOfTaps = w.filterW * w.channels * w.elementBytes;
  int64_t x = begin % w.outW, y = begin / w.outW % w.outH, image = begin / w.outW / w.outH;
  for (int64_t row = begin; row < end; ++row, out += outStride) {
    const int64_t originX = x * w.strideW - w.padLeft, originY = y * w.strideH - w.padTop;
    for (int64_t tapY = 0; tapY < w.filterH; ++tapY) {
      const int64_t inY = originY + tapY * w.dilationH;
      std::byte* to = out + tapY * lineOfTaps;
      if (inY < 0 || inY >= w.inH) {
        std::memset(to, int(fill), size_t(lineOfTaps));
      } else {
        gatherTaps(w, input + (image * w.inH + inY) * lineBytes, originX, fill, to);
      }
    }
    if (++x < w.outW) continue;
    x = 0;
    if (++y < w.outH) continue;
    y = 0;
    ++image;
  }
}

}  // namespace trireme::cpu
