#include "delegates/gpu/weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "delegates/gpu/choice.h"
#include "kernels/common/quantized_multiplier.h"
#include "tests/support/random_tensors.h"

namespace trireme::gpu {
namespace {

// A weight that tells where it came from.
WeightRow numbered(int64_t taps, int64_t depth) {
  return [=](int64_t channel, int64_t tap, std::span<float> row) {
    for (int64_t k = 0; k < depth; ++k) row[size_t(k)] = float((channel * taps + tap) * depth + k + 1);
  };
}

TEST(GpuWeights, EveryWeightLiesWhereTheProgramReadsItAndTheRestIsZero) {
  for (const int64_t channels : {1, 7, 8, 9, 33}) {
    const MatrixPacking packing{channels, 3, 5, 8, 8};
    std::vector<float> packed(size_t(packing.elements()), -1);
    packMatrix(packing, numbered(3, 5), packed);
    for (int64_t at = 0; at < packing.elements(); ++at) {
      const int64_t lane = at % 8, k = at / 8 % 8, tap = at / 64 % 3, channel = at / 192 * 8 + lane;
      const float expected = channel < channels && k < 5 ? float((channel * 3 + tap) * 5 + k + 1) : 0;
      ASSERT_EQ(packed[size_t(at)], expected) << channels << " channels, element " << at;
    }
  }
}

TEST(GpuWeights, ChunksOfCodesNeverPassWhatFloatsHold) {
  support::Random random(3);
  const int64_t depth = 3000;
  for (const int64_t largest : {128, 255}) {
    for (const int64_t size : {1, 30, 127, 255}) {
      const MatrixPacking packing{4, 1, depth, depth, 8};
      std::vector<float> all(size_t(4 * depth));
      for (float& weight : all) weight = float(random.between(-size, size));
      const CodeSums sums = sumsOfCodes(
          packing,
          [&](int64_t n, int64_t, std::span<float> row) { std::copy_n(&all[size_t(n * depth)], depth, row.data()); },
          largest);
      ASSERT_GE(sums.chunk, 1);
      for (int64_t n = 0; n < 4; ++n) {
        int64_t total = 0;
        for (int64_t begin = 0; begin < depth; begin += sums.chunk) {
          int64_t most = 0;
          for (int64_t k = begin; k < std::min(begin + sums.chunk, depth); ++k) {
            most += int64_t(std::abs(all[size_t(n * depth + k)])) * largest;
            total += int64_t(all[size_t(n * depth + k)]);
          }
          ASSERT_LE(most, int64_t{1} << 24);
        }
        EXPECT_EQ(sums.weightSums[size_t(n)], total);
      }
      EXPECT_EQ(sums.chunk == depth, size <= 30) << "small weights need one chunk alone";
    }
  }
}

TEST(GpuWeights, ThresholdsAreTheFirstSumsOfTheirCodes) {
  support::Random random(9);
  for (int round = 0; round < 40; ++round) {
    const DoubleScale scale{std::exp(double(random.real(-14, 0.5f))), int32_t(random.between(-128, 127)), -128, 127};
    std::vector<int32_t> thresholds(kThresholds);
    thresholdsOf(scale, thresholds);
    for (int32_t code = scale.low + 1; code <= scale.high; ++code) {
      const int32_t at = thresholds[size_t(code - scale.low - 1)];
      if (at == INT32_MAX) continue;
      ASSERT_GE(scale.codeOf(at), code) << scale.scale;
      ASSERT_TRUE(at == INT32_MIN || scale.codeOf(int64_t{at} - 1) < code) << scale.scale;
    }
    EXPECT_EQ(thresholds.back(), INT32_MAX);
  }
}

TEST(GpuWeights, OneRoundingIsTakenOnlyWhereItGivesEveryCode) {
  support::Random random(11);
  int taken = 0;
  for (int round = 0; round < 60; ++round) {
    const DoubleScale scale{std::exp(double(random.real(-12, -1))), int32_t(random.between(-128, 127)), -128, 127};
    const auto multiplier = *common::quantizeMultiplier(scale.scale);
    const bool fits = fitsOneRounding(scale, multiplier.mantissa, multiplier.shift);
    taken += fits ? 1 : 0;
    EXPECT_FALSE(fitsOneRounding(scale, multiplier.mantissa - multiplier.mantissa / 64, multiplier.shift))
        << scale.scale;
    if (!fits) continue;
    const int before = multiplier.shift + 21;
    const int64_t most = (int64_t{1} << 30) >> before;
    for (int64_t sum = -70000; sum <= 70000; sum += 7) {
      const auto moved = int32_t(std::clamp(sum, -most, most) * (int64_t{1} << before));
      const int64_t code =
          common::roundingShift(common::doublingHighMultiply(moved, multiplier.mantissa), 21) + scale.zero;
      ASSERT_EQ(std::clamp<int64_t>(code, -128, 127), scale.codeOf(sum)) << sum << " times " << scale.scale;
    }
  }
  EXPECT_GT(taken, 40) << "the cheap form is the usual one";
}

// A tie in double precision that the multiplier's 31 bits miss.
TEST(GpuWeights, AScaleWhoseTiesAreLostIsLeftToTheTable) {
  const DoubleScale scale{0.5 - 0x1p-40, 0, -128, 127};
  const auto multiplier = *common::quantizeMultiplier(scale.scale);
  EXPECT_FALSE(fitsOneRounding(scale, multiplier.mantissa, multiplier.shift));
}

TEST(GpuChoice, CoresTakeSevenRowsAndDevicesFour) {
  GpuLimits cores;
  cores.cores = true;
  cores.vectorWidth = 16;
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F32, 49, 1024), (MatrixTile{7, 2, false, false, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::I8, 12544, 64), (MatrixTile{7, 2, false, true, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F16, 12544, 64), (MatrixTile{7, 2, true, false, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F32, 3136, 16), (MatrixTile{7, 1, false, false, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F32, 1, 1000), (MatrixTile{1, 2, false, false, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F32, 2, 1000), (MatrixTile{2, 2, false, false, {1, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(cores, Storage::F32, 3, 1000), (MatrixTile{4, 2, false, false, {1, 1, 1}}));
  GpuLimits device;
  EXPECT_EQ(chooseMatrixTile(device, Storage::F32, 3136, 128), (MatrixTile{4, 2, true, false, {8, 8, 1}}));
  GpuLimits lanes;
  lanes.lanesAcross = true;
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::F32, 3136, 128), (MatrixTile{7, 4, true, false, {8, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::I8, 3136, 24), (MatrixTile{4, 4, true, false, {8, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::F32, 3136, 5), (MatrixTile{7, 2, true, false, {8, 1, 1}}));
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::F32, 9, 128), (MatrixTile{7, 4, true, false, {2, 4, 1}}));
  EXPECT_TRUE(worthGaps(lanes, 49));
  EXPECT_FALSE(worthGaps(lanes, 9) || worthGaps(cores, 49) || worthGaps(device, 49));
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::F32, 1, 1000), (MatrixTile{1, 4, true, false, {1, 8, 1}}));
  EXPECT_EQ(chooseMatrixTile(lanes, Storage::F32, 1, 10), (MatrixTile{1, 1, true, false, {1, 8, 1}}));
  EXPECT_EQ(chooseMatrixTile(device, Storage::U8, 1, 4), (MatrixTile{1, 1, false, false, {8, 8, 1}}));
  EXPECT_EQ(chooseWeightStorage(device, Storage::F16), Storage::F16);
  EXPECT_EQ(chooseWeightStorage(cores, Storage::F16), Storage::F32);
}

TEST(GpuChoice, ImagesAreReadAroundTheirEdgesWhereACopyCostsMore) {
  GpuLimits cores;
  cores.cores = true;
  cores.vectorWidth = 16;
  const int64_t image = 224 * 224 * 3, edges = 2 * 112 - 1;
  EXPECT_TRUE(readsAroundEdges(cores, Storage::F32, image, edges, 27, 32));
  EXPECT_TRUE(readsAroundEdges(cores, Storage::I8, image, edges, 27, 32));
  EXPECT_FALSE(readsAroundEdges(cores, Storage::I8, image, edges, 27, 33)) << "a third vector of channels";
  EXPECT_FALSE(readsAroundEdges(cores, Storage::F16, image, edges, 27, 32)) << "halves are converted by the copy";
  EXPECT_FALSE(readsAroundEdges(cores, Storage::F32, 56 * 56 * 64, 220, 576, 64));
  EXPECT_FALSE(readsAroundEdges(GpuLimits{}, Storage::F32, image, edges, 27, 32));
}

TEST(GpuWeights, SmallSumsOfSeveralTapsNeedOneChunk) {
  const MatrixPacking packing{1, 9, 3, 3, 16};
  const auto filled = [](float weight) {
    return [weight](int64_t, int64_t, std::span<float> row) { std::fill(row.begin(), row.end(), weight); };
  };
  EXPECT_EQ(sumsOfCodes(packing, filled(127), 128).chunk, 27);
  EXPECT_EQ(sumsOfCodes({1, 9, 100, 112, 16}, filled(127), 128).chunk, 9 * 112) << "pad lanes are products too";
  EXPECT_EQ(sumsOfCodes({1, 9, 1000, 1000, 16}, filled(127), 128).chunk, 1000) << "of one tap";
}

TEST(GpuChoice, FiltersOfThreeAndFiveColumnsHaveTheirForm) {
  const auto shape = [](int64_t channels, int64_t taps, int64_t stride, int64_t dilation) {
    return DepthwiseShape{channels, 14, taps, taps, stride, stride, dilation, dilation};
  };
  GpuLimits cores;
  cores.cores = true;
  EXPECT_EQ(chooseDepthwiseStrip(cores, shape(64, 3, 1, 1)), (DepthwiseStrip{7, 3, 1, {1, 1, 1}, 0, 1}));
  EXPECT_EQ(chooseDepthwiseStrip(cores, shape(64, 5, 2, 1)), (DepthwiseStrip{7, 5, 2, {1, 1, 1}, 0, 1}));
  EXPECT_EQ(chooseDepthwiseStrip(cores, shape(64, 3, 1, 2)), (DepthwiseStrip{7, 0, 1, {1, 1, 1}, 0, 1}));
  EXPECT_EQ(chooseDepthwiseStrip(cores, shape(64, 7, 1, 1)), (DepthwiseStrip{7, 0, 1, {1, 1, 1}, 0, 1}));
  EXPECT_EQ(chooseDepthwiseStrip(GpuLimits{}, shape(64, 3, 3, 1)), (DepthwiseStrip{4, 0, 1, {8, 8, 1}, 0, 1}));
}

TEST(GpuChoice, LanesAcrossReadAroundEdgesAndTakeSmallSquareFiltersWhole) {
  GpuLimits lanes;
  lanes.lanesAcross = true;
  DepthwiseShape shape{64, 14, 3, 3, 1, 1, 1, 1};
  EXPECT_EQ(chooseDepthwiseStrip(lanes, shape), (DepthwiseStrip{7, 3, 1, {8, 1, 1}, 2, 2}));
  shape.channels = 8;
  EXPECT_EQ(chooseDepthwiseStrip(lanes, shape), (DepthwiseStrip{7, 3, 1, {2, 4, 1}, 2, 2}));
  shape.outH = 1;
  EXPECT_EQ(chooseDepthwiseStrip(lanes, shape).lines, 1);
  for (int64_t DepthwiseShape::*member :
       {&DepthwiseShape::tapsY, &DepthwiseShape::strideY, &DepthwiseShape::dilationY}) {
    DepthwiseShape other{64, 14, 3, 3, 1, 1, 1, 1};
    other.*member = 2;
    EXPECT_EQ(chooseDepthwiseStrip(lanes, other), (DepthwiseStrip{7, 3, 1, {8, 1, 1}, 1, 1}));
  }
}

}  // namespace
}  // namespace trireme::gpu
