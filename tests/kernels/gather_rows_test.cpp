#include "kernels/cpu/rows/gather_rows.h"

#include "tests/kernels/window_cases.h"

namespace trireme::cpu {
namespace {

TEST(GatherRows, PutsEveryTapOfEveryWindowWhereItBelongs) {
  Random random;
  for (const WindowCase& c : windowCases()) {
    const Windows w = windowsOf(c, 1);
    const std::vector<uint8_t> input = random.codes(size_t(c.batches * w.inH * w.inW * w.inC));
    const int64_t rows = c.batches * w.outH * w.outW, stride = w.rowBytes() + 5;
    Guarded<uint8_t> out(size_t(rows * stride));
    gatherRows(w, bytesOf(input), 0, rows, std::byte{77}, reinterpret_cast<std::byte*>(out.data()), stride);
    ASSERT_TRUE(out.isIntact()) << c;
    for (int64_t row = 0; row < rows; ++row) {
      std::vector<uint8_t> expected(size_t(w.rowBytes()), 77);
      forEachTap(w, row / w.outW / w.outH, row / w.outW % w.outH, row % w.outW, [&](int64_t tap, int64_t pixel) {
        std::memcpy(expected.data() + tap * w.inC, input.data() + pixel * w.inC, size_t(w.inC));
      });
      ASSERT_EQ(0, std::memcmp(expected.data(), out.data() + row * stride, expected.size())) << c << " row " << row;
    }
  }
}

TEST(GatherRows, TakesTheChannelsOfOneGroupFromTheMiddleOfTheRows) {
  Random random;
  Windows w = windowsOf({1, 6, 5, 12, 3, 3, 1, 1, Padding::Same}, 4);
  w.channelBegin = 4;
  w.channels = 4;
  const std::vector<float> input = random.reals(6 * 5 * 12);
  std::vector<float> out(size_t(11 * 9 * 4), -1.0f);
  gatherRows(w, bytesOf(input), 7, 18, std::byte{0}, reinterpret_cast<std::byte*>(out.data()), w.rowBytes());
  for (int64_t row = 7; row < 18; ++row) {
    std::vector<float> expected(9 * 4, 0.0f);
    forEachTap(w, 0, row / w.outW, row % w.outW, [&](int64_t tap, int64_t pixel) {
      for (int64_t i = 0; i < 4; ++i) expected[size_t(tap * 4 + i)] = input[size_t(pixel * 12 + 4 + i)];
    });
    EXPECT_EQ(expected, std::vector<float>(out.begin() + (row - 7) * 36, out.begin() + (row - 6) * 36)) << row;
  }
}

}  // namespace
}  // namespace trireme::cpu
