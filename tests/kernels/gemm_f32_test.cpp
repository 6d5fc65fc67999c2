#include "kernels/cpu/gemm_f32/gemm_f32.h"

#include <cmath>
#include <limits>

#include "tests/kernels/kernel_cases.h"

namespace trireme::cpu {
namespace {

struct Problem {
  int64_t m, n, k, aStride, cStride;
  std::vector<float> a, weights, bias;
  float low = -3, high = 3;
};

Problem problemOf(Random& random, int64_t m, int64_t n, int64_t k, int64_t slack) {
  Problem p{m, n, k, k + slack, n + slack, {}, {}, {}};
  p.a = random.reals(size_t((m - 1) * p.aStride + k));  // exact, so that a read beyond is seen by ASan
  p.weights = random.reals(size_t(n * k));
  p.bias = random.reals(size_t(n));
  return p;
}

std::vector<float> pack(const GemmF32Kernel& kernel, const Problem& p, bool hasBias) {
  std::vector<float> packed(size_t(packedSizeGemmF32(p.n, p.k, kernel.panelWidth)));
  packGemmF32(bytesOf(p.weights), hasBias ? bytesOf(p.bias) : nullptr, p.n, p.k, kernel.panelWidth, packed.data());
  return packed;
}

GemmF32 argsOf(const GemmF32Kernel& kernel, const Problem& p, const std::vector<float>& packed, Guarded<float>& c) {
  return {p.a.data(), p.aStride, packed.data(), c.data(), p.cStride,
          p.m,        p.n,       p.k,           0,        gemmPanels(p.n, kernel.panelWidth),
          p.low,      p.high};
}

void expectRight(const Problem& p, const Guarded<float>& c, bool hasBias) {
  for (int64_t i = 0; i < p.m; ++i) {
    for (int64_t j = 0; j < p.n; ++j) {
      double sum = hasBias ? double(p.bias[size_t(j)]) : 0, magnitude = 1;
      for (int64_t k = 0; k < p.k; ++k) {
        const double product = double(p.a[size_t(i * p.aStride + k)]) * double(p.weights[size_t(j * p.k + k)]);
        sum += product;
        magnitude += std::abs(product);
      }
      const double expected = std::clamp(sum, double(p.low), double(p.high));
      ASSERT_NEAR(expected, double(c[size_t(i * p.cStride + j)]), 1e-6 * magnitude)
          << p.m << "x" << p.n << "x" << p.k << " at " << i << ", " << j;
    }
  }
}

using GemmF32Test = KernelTest<GemmF32Kernel>;

TEST_P(GemmF32Test, MatchesAPlainLoopOnEveryTail) {
  Random random;
  for (const int64_t m : {1, 2, 3, 5, 7, 13, 14, 15, 29}) {
    for (const int64_t n : {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65, 130}) {
      for (const int64_t k : {1, 2, 31, 255, 256, 257, 520}) {
        const bool hasBias = (m + n + k) % 3 != 0;
        const Problem p = problemOf(random, m, n, k, (m * n) % 4);
        const std::vector<float> packed = pack(kernel(), p, hasBias);
        Guarded<float> c(size_t((m - 1) * p.cStride + n));
        kernel().run(argsOf(kernel(), p, packed, c));
        expectRight(p, c, hasBias);
        ASSERT_TRUE(c.isIntact()) << m << "x" << n << "x" << k;
      }
    }
  }
}

TEST_P(GemmF32Test, GivesTheSameBitsHoweverRowsAndPanelsAreSplit) {
  Random random;
  const Problem p = problemOf(random, 37, 150, 300, 3);
  const std::vector<float> packed = pack(kernel(), p, true);
  Guarded<float> whole(size_t((p.m - 1) * p.cStride + p.n)), parts = whole;
  kernel().run(argsOf(kernel(), p, packed, whole));
  const GemmF32 all = argsOf(kernel(), p, packed, parts);
  const int64_t rowCuts[] = {0, 1, 3, 18, 37};
  for (int i = 0; i < 4; ++i) {
    for (int64_t panel = 0; panel < all.panelEnd; panel += 1 + i) {
      GemmF32 part = all;
      part.a += rowCuts[i] * p.aStride;
      part.c += rowCuts[i] * p.cStride;
      part.rows = rowCuts[i + 1] - rowCuts[i];
      part.panelBegin = panel;
      part.panelEnd = std::min(panel + 1 + i, all.panelEnd);
      kernel().run(part);
    }
  }
  EXPECT_TRUE(whole == parts);
}

TEST_P(GemmF32Test, LetsNanPassTheClamp) {
  Random random;
  Problem p = problemOf(random, 3, 5, 4, 0);
  p.a[1] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> packed = pack(kernel(), p, true);
  Guarded<float> c(15);
  kernel().run(argsOf(kernel(), p, packed, c));
  for (size_t i = 0; i < 15; ++i) EXPECT_EQ(i < 5, std::isnan(c[i])) << i;
}

TEST_P(GemmF32Test, DoesNothingForNoRows) {
  Random random;
  Problem p = problemOf(random, 1, 5, 4, 0);
  const std::vector<float> packed = pack(kernel(), p, true);
  Guarded<float> c(5), untouched = c;
  GemmF32 args = argsOf(kernel(), p, packed, c);
  args.rows = 0;
  kernel().run(args);
  EXPECT_TRUE(c == untouched);
}

INSTANTIATE_TEST_SUITE_P(Kernels, GemmF32Test, testing::ValuesIn(gemmF32Kernels().begin(), gemmF32Kernels().end()),
                         nameOfKernel<GemmF32Kernel>);

TEST(SelectGemmF32, TakesTheBestThatTheTierCovers) {
  EXPECT_STREQ("gemm_f32_scalar", selectGemmF32(CpuIsa::Scalar).name);
#if defined(__x86_64__)
  EXPECT_STREQ("gemm_f32_avx2", selectGemmF32(CpuIsa::Avx2).name);
  EXPECT_STREQ("gemm_f32_avx512", selectGemmF32(CpuIsa::Avx512).name);
  EXPECT_STREQ("gemm_f32_avx512", selectGemmF32(CpuIsa::Amx).name);
#endif
}

}  // namespace
}  // namespace trireme::cpu
