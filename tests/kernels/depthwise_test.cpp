#include <algorithm>
#include <cmath>

#include "kernels/cpu/depthwise_f32/depthwise_f32.h"
#include "kernels/cpu/depthwise_i8/depthwise_i8.h"
#include "tests/kernels/window_cases.h"

namespace trireme::cpu {
namespace {

using DepthwiseF32Test = KernelTest<DepthwiseF32Kernel>;
using DepthwiseI8Test = KernelTest<DepthwiseI8Kernel>;

// Calls check(output element, batch, y, x, channel).
template <class Check>
void forEachOutput(const WindowCase& c, const Windows& w, Check&& check) {
  size_t at = 0;
  for (int64_t batch = 0; batch < c.batches; ++batch) {
    for (int64_t y = 0; y < w.outH; ++y) {
      for (int64_t x = 0; x < w.outW; ++x) {
        for (int64_t channel = 0; channel < w.inC; ++channel) check(at++, batch, y, x, channel);
      }
    }
  }
}

TEST_P(DepthwiseF32Test, MatchesAPlainLoop) {
  Random random;
  for (const WindowCase& c : windowCases()) {
    const Windows w = windowsOf(c, 4);
    const int64_t taps = w.filterH * w.filterW, rows = c.batches * w.outH;
    const std::vector<float> input = random.reals(size_t(c.batches * w.inH * w.inW * w.inC));
    const std::vector<float> weights = random.reals(size_t(taps * w.inC)), bias = random.reals(size_t(w.inC));
    std::vector<float> packed(size_t(packedSizeDepthwiseF32(w.inC, taps, kernel().width)));
    packDepthwiseF32(bytesOf(weights), bytesOf(bias), w.inC, taps, kernel().width, packed.data());
    Guarded<float> out(size_t(rows * w.outW * w.inC));
    for (int64_t row = 0; row < rows; row += 2) {  // in two strides, as threads do
      kernel().run({&w, input.data(), packed.data(), out.data(), row, std::min(row + 2, rows), -1.5f, 1.5f});
    }
    ASSERT_TRUE(out.isIntact()) << c;
    forEachOutput(c, w, [&](size_t at, int64_t batch, int64_t y, int64_t x, int64_t channel) {
      double sum = double(bias[size_t(channel)]);
      forEachTap(w, batch, y, x, [&](int64_t tap, int64_t pixel) {
        sum += double(input[size_t(pixel * w.inC + channel)]) * double(weights[size_t(tap * w.inC + channel)]);
      });
      ASSERT_NEAR(std::clamp(sum, -1.5, 1.5), double(out[at]), 2e-5) << c << " at " << at;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, DepthwiseF32Test,
                         testing::ValuesIn(depthwiseF32Kernels().begin(), depthwiseF32Kernels().end()),
                         nameOfKernel<DepthwiseF32Kernel>);

struct Codes {
  bool isUnsigned;
  int32_t xZero, wZero, yZero, low, high;
  std::vector<uint8_t> input, weights;
  std::vector<int32_t> bias;
  std::vector<common::Multiplier> multipliers;
};

Codes codesOf(Random& random, const WindowCase& c, const Windows& w, bool isUnsigned) {
  const int32_t low = isUnsigned ? 0 : -128, high = isUnsigned ? 255 : 127;
  Codes codes{isUnsigned,
              random.integer(low, high),
              isUnsigned ? random.integer(low, high) : 0,
              random.integer(low, high),
              low,
              high,
              {},
              {},
              {},
              {}};
  codes.input = random.codes(size_t(c.batches * w.inH * w.inW * w.inC));
  codes.weights = random.codes(size_t(w.filterH * w.filterW * w.inC));
  codes.bias = random.integers(size_t(w.inC), -5000, 5000);
  for (int64_t i = 0; i < w.inC; ++i) {
    codes.multipliers.push_back(*common::quantizeMultiplier(std::exp(-0.01 * double(random.integer(-50, 900)))));
  }
  return codes;
}

Guarded<uint8_t> runRows(const DepthwiseI8Kernel& kernel, const WindowCase& c, const Windows& w, const Codes& codes) {
  const int64_t taps = w.filterH * w.filterW, rows = c.batches * w.outH;
  Aligned packed(kernel.packedBytes(w.inC, taps));
  packDepthwiseI8(
      {bytesOf(codes.weights), bytesOf(codes.bias), w.inC, taps, codes.isUnsigned, codes.wZero, codes.multipliers},
      kernel, packed.data());
  const std::vector<uint8_t> zeroPixel(size_t(w.inC), uint8_t(codes.xZero));
  Guarded<uint8_t> out(size_t(rows * w.outW * w.inC));
  DepthwiseI8 args;
  args.windows = &w;
  args.input = bytesOf(codes.input);
  args.zeroPixel = bytesOf(zeroPixel);
  args.packed = packed.data();
  args.output = reinterpret_cast<std::byte*>(out.data());
  args.isUnsigned = codes.isUnsigned;
  args.xZero = codes.xZero;
  args.low = codes.low;
  args.high = codes.high;
  args.outputZero = codes.yZero;
  for (args.begin = 0; args.begin < rows; args.begin = args.end) {
    args.end = std::min(args.begin + 3, rows);
    kernel.run(args);
  }
  return out;
}

TEST_P(DepthwiseI8Test, MatchesAPlainLoopBitForBit) {
  Random random;
  for (const WindowCase& c : windowCases()) {
    for (const bool isUnsigned : {false, true}) {
      const Windows w = windowsOf(c, 1);
      const Codes codes = codesOf(random, c, w, isUnsigned);
      const Guarded<uint8_t> out = runRows(kernel(), c, w, codes);
      ASSERT_TRUE(out.isIntact()) << c;
      forEachOutput(c, w, [&](size_t at, int64_t batch, int64_t y, int64_t x, int64_t channel) {
        int32_t sum = codes.bias[size_t(channel)];
        forEachTap(w, batch, y, x, [&](int64_t tap, int64_t pixel) {
          sum += (codeValue(codes.input[size_t(pixel * w.inC + channel)], isUnsigned) - codes.xZero) *
                 (codeValue(codes.weights[size_t(tap * w.inC + channel)], isUnsigned) - codes.wZero);
        });
        const int32_t code = common::multiply(sum, codes.multipliers[size_t(channel)]) + codes.yZero;
        ASSERT_EQ(uint8_t(std::clamp(code, codes.low, codes.high)), out[at]) << c << " at " << at;
      });
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, DepthwiseI8Test,
                         testing::ValuesIn(depthwiseI8Kernels().begin(), depthwiseI8Kernels().end()),
                         nameOfKernel<DepthwiseI8Kernel>);

TEST(ChannelOfPlace, NamesEveryChannelOnce) {
  for (const int64_t width : {8, 16, 32}) {
    std::vector<bool> seen(static_cast<size_t>(width));
    for (int64_t place = 0; place < width; ++place) seen[size_t(channelOfPlace(place, width))] = true;
    EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](bool is) { return is; })) << width;
  }
}

}  // namespace
}  // namespace trireme::cpu
