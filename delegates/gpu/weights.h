#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

// Weights in the order in which the programs read them, and what the host knows of sums over them.
namespace trireme::gpu {

// Writes the `depth` weights of a channel at a tap.
using WeightRow = std::function<void(int64_t channel, int64_t tap, std::span<float> row)>;

// [blocks of channels][taps][packedDepth][block]: zeros beyond channels and depth.
struct MatrixPacking {
  int64_t channels = 1, taps = 1, depth = 1;
  int64_t packedDepth = 1;  // depth, or more
  int64_t block = 1;        // channels that lie side by side
  int64_t elements() const { return (channels + block - 1) / block * taps * packedDepth * block; }
};
void packMatrix(const MatrixPacking& packing, const WeightRow& weights, std::span<float> packed);

// The same with four codes of depth in a word, the first in its lowest bits: a weight plus `zero`, 8 bits of it.
// packedDepth: whole words.
void packCodes(const MatrixPacking& packing, const WeightRow& weights, int32_t zero, std::span<uint32_t> packed);

// What integer inputs and weights sum to, exactly, in floats.
struct CodeSums {
  int64_t chunk = 1;                // products of a tap, or of all taps, whose sums, in any order, stay within 2^24
  std::vector<int64_t> weightSums;  // of each channel's weights
};
// `largest`: the greatest absolute value of an input.
CodeSums sumsOfCodes(const MatrixPacking& packing, const WeightRow& weights, int64_t largest);

// How many products, of any weights of these and wherever they begin, sum up exactly in floats.
int64_t exactRun(const MatrixPacking& packing, const WeightRow& weights, int64_t largest);

// round(sum * scale) + zero by the arithmetic of FULLY_CONNECTED: in double, half away from zero. Within the codes'
// range.
struct DoubleScale {
  double scale = 1;
  int32_t zero = 0, low = 0, high = 0;
  int32_t codeOf(int64_t sum) const;
};
// thresholds[i]: the least sum, within int32, that gives a code of at least low + 1 + i; INT32_MAX where none does.
// 255 codes above low, and one that is never reached.
inline constexpr size_t kThresholds = 256;
void thresholdsOf(const DoubleScale& scale, std::span<int32_t> thresholds);
// Whether the multiplier with one rounding (FINISH 1 of ConvGemm) gives the same code for every sum of 32 bits.
bool fitsOneRounding(const DoubleScale& scale, int32_t mantissa, int32_t shift);

}  // namespace trireme::gpu
