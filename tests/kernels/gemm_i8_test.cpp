#include "kernels/cpu/gemm_i8/gemm_i8.h"

#include <algorithm>
#include <cmath>

#include "tests/kernels/kernel_cases.h"

namespace trireme::cpu {
namespace {

struct Problem {
  int64_t m, n, k;
  bool isUnsigned, byDouble;
  int32_t xZero, wZero, yZero, low, high;
  std::vector<uint8_t> x, w;
  std::vector<int32_t> bias;
  std::vector<common::Multiplier> multipliers;
  std::vector<double> scales;
};

// Multipliers from far below to above 1, with ties among the doubles.
Problem problemOf(Random& random, int64_t m, int64_t n, int64_t k, bool isUnsigned, bool byDouble) {
  const int32_t low = isUnsigned ? 0 : -128, high = isUnsigned ? 255 : 127;
  Problem p{m, n, k, isUnsigned, byDouble, 0, 0, 0, low, high, {}, {}, {}, {}, {}};
  p.xZero = random.integer(low, high);
  p.yZero = random.integer(low, high);
  p.wZero = isUnsigned || byDouble ? random.integer(low, high) : 0;
  if (random.integer(0, 2) == 0) p.low = p.yZero;  // as RELU does
  p.x = random.codes(size_t(m * k));
  p.w = random.codes(size_t(n * k));
  p.bias = random.integers(size_t(n), -20000, 20000);
  for (int64_t i = 0; i < n; ++i) {
    const double real = i % 5 == 0 ? 0.5 : std::exp(-0.01 * double(random.integer(-100, 1100)));
    p.scales.push_back(real);
    p.multipliers.push_back(*common::quantizeMultiplier(real));
  }
  return p;
}

int32_t expectedCode(const Problem& p, int64_t i, int64_t j) {
  uint32_t sum = uint32_t(p.bias[size_t(j)]);
  for (int64_t k = 0; k < p.k; ++k) {
    const int32_t x = codeValue(p.x[size_t(i * p.k + k)], p.isUnsigned) - p.xZero;
    sum += uint32_t(x * (codeValue(p.w[size_t(j * p.k + k)], p.isUnsigned) - p.wZero));
  }
  const int32_t acc = int32_t(sum);
  const int32_t scaled = p.byDouble ? int32_t(std::round(double(acc) * p.scales[size_t(j)]))
                                    : common::multiply(acc, p.multipliers[size_t(j)]);
  return std::clamp(int32_t(uint32_t(scaled) + uint32_t(p.yZero)), p.low, p.high);
}

// Packs and runs all of it.
Guarded<uint8_t> runAll(const GemmI8Kernel& kernel, const Problem& p) {
  Aligned packed(size_t(kernel.panels(p.n)) * kernel.panelBytes(p.k));
  WeightsI8 weights{bytesOf(p.w), bytesOf(p.bias), p.n, p.k, p.isUnsigned, p.xZero, p.wZero, {}, {}};
  if (p.byDouble) {
    weights.scales = p.scales;
  } else {
    weights.multipliers = p.multipliers;
  }
  packGemmI8(weights, kernel, packed.data());
  std::vector<std::byte> a(size_t(p.m * kernel.rowBytes(p.k)));
  std::vector<int32_t> sums(static_cast<size_t>(p.m));
  packRowsI8(bytesOf(p.x), p.m, p.k, p.k, p.isUnsigned, kernel, a.data(), sums.data());
  Guarded<uint8_t> c(size_t(p.m * p.n));
  GemmI8 args;
  args.a = a.data();
  args.aStride = kernel.rowBytes(p.k);
  args.wZero = p.wZero - (p.isUnsigned ? 128 : 0);
  args.sumsOfRows = args.wZero != 0 ? sums.data() : nullptr;
  args.packed = packed.data();
  args.c = reinterpret_cast<std::byte*>(c.data());
  args.cStride = p.n;
  args.rows = p.m;
  args.n = p.n;
  args.groups = kernel.groups(p.k);
  args.panelEnd = kernel.panels(p.n);
  args.requantization = p.byDouble ? Requantization::ByDouble : Requantization::TwoRoundings;
  args.low = p.low;
  args.high = p.high;
  args.outputZero = p.yZero;
  kernel.run(args);
  return c;
}

void expectEqual(const Problem& p, const Guarded<uint8_t>& c) {
  ASSERT_TRUE(c.isIntact()) << p.m << "x" << p.n << "x" << p.k;
  for (int64_t i = 0; i < p.m; ++i) {
    for (int64_t j = 0; j < p.n; ++j) {
      ASSERT_EQ(uint8_t(expectedCode(p, i, j)), c[size_t(i * p.n + j)])
          << p.m << "x" << p.n << "x" << p.k << " at " << i << ", " << j << (p.isUnsigned ? " uint8" : " int8")
          << (p.byDouble ? " by double" : "");
    }
  }
}

using GemmI8Test = KernelTest<GemmI8Kernel>;

TEST_P(GemmI8Test, MatchesAPlainLoopBitForBitOnEveryTail) {
  Random random;
  for (const bool isUnsigned : {false, true}) {
    for (const bool byDouble : {false, true}) {
      for (const int64_t m : {1, 2, 5, 13, 15, 29}) {
        for (const int64_t n : {1, 7, 9, 16, 17, 33, 70}) {
          for (const int64_t k : {1, 3, 4, 17, 64, 255}) {
            const Problem p = problemOf(random, m, n, k, isUnsigned, byDouble);
            expectEqual(p, runAll(kernel(), p));
          }
        }
      }
    }
  }
}

// k = 1 and weights of 1 make the sum equal to the bias plus a small number: every rounding of the requantisation can
// be aimed at.
TEST_P(GemmI8Test, RoundsEverySumOfABandAsTheReference) {
  Random random;
  for (int32_t shift = -31; shift <= 8; ++shift) {
    Problem p = problemOf(random, 256, 64, 1, false, false);
    p.low = -128;
    p.yZero = 0;
    for (size_t i = 0; i < p.x.size(); ++i) p.x[i] = uint8_t(i);
    p.w.assign(64, 1);
    p.xZero = p.wZero = 0;
    for (size_t j = 0; j < 64; ++j) {
      p.multipliers[j] = {j % 4 == 0 ? 1 << 30 : random.integer(1 << 30, INT32_MAX), shift};
      const double unit = std::ldexp(1.0, std::min(30, -shift + 1));  // about one code of output
      p.bias[j] = int32_t(std::clamp(unit * random.integer(-100, 100) * 0.5, -2147483000.0, 2147483000.0));
    }
    expectEqual(p, runAll(kernel(), p));
  }
}

TEST_P(GemmI8Test, WrapsAroundLikeTheReferenceWhereSumsOverflow) {
  Random random;
  Problem p = problemOf(random, 4, 20, 40, true, false);
  for (size_t j = 0; j < 20; ++j) p.bias[j] = j % 2 == 0 ? INT32_MAX - random.integer(0, 900000) : INT32_MIN;
  for (auto& multiplier : p.multipliers) multiplier.shift = random.integer(-3, 1);
  expectEqual(p, runAll(kernel(), p));
}

TEST_P(GemmI8Test, PacksRowsOfBytesInPlace) {
  if (kernel().bytesOfA != 1) GTEST_SKIP() << kernel().name << " takes rows of 16-bit elements";
  Random random;
  const int64_t k = 53, rows = 5, stride = kernel().rowBytes(k);
  std::vector<uint8_t> codes = random.codes(size_t(rows * stride));
  std::vector<std::byte> apart(size_t(rows * stride));
  packRowsI8(bytesOf(codes), rows, stride, k, false, kernel(), apart.data(), nullptr);
  auto* inPlace = reinterpret_cast<std::byte*>(codes.data());
  packRowsI8(inPlace, rows, stride, k, false, kernel(), inPlace, nullptr);
  EXPECT_EQ(0, std::memcmp(apart.data(), inPlace, apart.size()));
}

INSTANTIATE_TEST_SUITE_P(Kernels, GemmI8Test, testing::ValuesIn(gemmI8Kernels().begin(), gemmI8Kernels().end()),
                         nameOfKernel<GemmI8Kernel>);

TEST(SelectGemmI8, TakesTheBestThatTheTierCovers) {
  EXPECT_STREQ("gemm_i8_scalar", selectGemmI8(CpuIsa::Scalar).name);
#if defined(__x86_64__)
  EXPECT_STREQ("gemm_i8_avx2", selectGemmI8(CpuIsa::Avx512).name);
  EXPECT_STREQ("gemm_i8_vnni", selectGemmI8(CpuIsa::Vnni).name);
#endif
}

}  // namespace
}  // namespace trireme::cpu
