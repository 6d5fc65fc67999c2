#include "delegates/gpu/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernels/common/quantized_multiplier.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kExactFloats = int64_t{1} << 24;
constexpr int kBits = 21;  // behind the point, in the program's form with one rounding

// The program's form with one rounding, before it is cut to a range; |sum| at most 2^(30 - shift - kBits).
int64_t oneRounding(int64_t sum, int32_t mantissa, int32_t shift) {
  const int before = shift + kBits;
  const int64_t most = (int64_t{1} << 30) >> before;
  const auto moved = int32_t(std::clamp(sum, -most, most) * (int64_t{1} << before));
  return common::roundingShift(common::doublingHighMultiply(moved, mantissa), kBits);
}

}  // namespace

void packMatrix(const MatrixPacking& packing, const WeightRow& weights, std::span<float> packed) {
  const auto depth = size_t(packing.depth), block = size_t(packing.block);
  // A block's channels first, so that what is written lies side by side.
  std::vector<float> rows(block * depth);
  float* to = packed.data();
  for (int64_t first = 0; first < packing.channels; first += packing.block) {
    const auto there = size_t(std::min(packing.block, packing.channels - first));
    std::fill(rows.begin() + ptrdiff_t(there * depth), rows.end(), 0.0f);
    for (int64_t tap = 0; tap < packing.taps; ++tap) {
      for (size_t n = 0; n < there; ++n) {
        weights(first + int64_t(n), tap, std::span(rows).subspan(n * depth, depth));
      }
      for (size_t k = 0; k < depth; ++k) {
        for (size_t n = 0; n < block; ++n) *to++ = rows[n * depth + k];
      }
      to = std::fill_n(to, size_t(packing.packedDepth - packing.depth) * block, 0.0f);
    }
  }
  std::fill(to, packed.data() + packed.size(), 0.0f);
}

void packCodes(const MatrixPacking& packing, const WeightRow& weights, int32_t zero, std::span<uint32_t> packed) {
  constexpr size_t kCodes = 4;  // of a word
  const auto depth = size_t(packing.depth), words = size_t(packing.packedDepth) / kCodes, block = size_t(packing.block);
  std::fill(packed.begin(), packed.end(), 0u);
  std::vector<float> row(depth);
  for (int64_t n = 0; n < packing.channels; ++n) {
    const size_t inBlock = size_t(n) % block;
    for (int64_t tap = 0; tap < packing.taps; ++tap) {
      weights(n, tap, row);
      uint32_t* to = packed.data() + (size_t(n) / block * size_t(packing.taps) + size_t(tap)) * words * block + inBlock;
      for (size_t k = 0; k < depth; ++k) {
        const auto code = uint32_t(int32_t(row[k]) + zero) & 0xffu;
        to[k / kCodes * block] |= code << (8 * (k % kCodes));
      }
    }
  }
}

CodeSums sumsOfCodes(const MatrixPacking& packing, const WeightRow& weights, int64_t largest) {
  CodeSums sums;
  sums.chunk = std::max<int64_t>(packing.depth, 1);
  std::vector<float> row(size_t(packing.depth));
  int64_t most = 0;  // of a whole sum
  for (int64_t n = 0; n < packing.channels; ++n) {
    int64_t total = 0, sizes = 0;
    for (int64_t tap = 0; tap < packing.taps; ++tap) {
      weights(n, tap, row);
      for (const float weight : row) {
        total += int64_t(weight);
        sizes += std::abs(int64_t(weight)) * largest;
      }
      // Halved until no chunk of this row is too large. A chunk of one never is.
      const auto fits = [&](int64_t chunk) {
        for (int64_t begin = 0; begin < packing.depth; begin += chunk) {
          int64_t size = 0;
          for (int64_t k = begin; k < std::min(begin + chunk, packing.depth); ++k) {
            size += std::abs(int64_t(row[size_t(k)])) * largest;
          }
          if (size > kExactFloats) return false;
        }
        return true;
      };
      while (sums.chunk > 1 && !fits(sums.chunk)) sums.chunk = (sums.chunk + 1) / 2;
    }
    sums.weightSums.push_back(total);
    most = std::max(most, sizes);
  }
  if (most <= kExactFloats) sums.chunk = std::max<int64_t>(packing.taps * packing.packedDepth, 1);
  return sums;
}

int64_t exactRun(const MatrixPacking& packing, const WeightRow& weights, int64_t largest) {
  std::vector<float> row(size_t(packing.depth));
  int64_t greatest = 1;
  for (int64_t n = 0; n < packing.channels; ++n) {
    for (int64_t tap = 0; tap < packing.taps; ++tap) {
      weights(n, tap, row);
      for (const float weight : row) greatest = std::max(greatest, std::abs(int64_t(weight)) * largest);
    }
  }
  return kExactFloats / greatest;
}

int32_t DoubleScale::codeOf(int64_t sum) const {
  const double rounded = std::round(double(sum) * scale);
  return int32_t(std::clamp(rounded + zero, double(low), double(high)));
}

void thresholdsOf(const DoubleScale& scale, std::span<int32_t> thresholds) {
  std::fill(thresholds.begin(), thresholds.end(), INT32_MAX);
  int64_t least = INT32_MIN;  // codeOf() never falls, so a code's threshold lies behind the one before it
  for (int32_t code = scale.low + 1; code <= scale.high; ++code) {
    int64_t begin = least, end = int64_t{INT32_MAX} + 1;
    const double guess = (double(code - scale.zero) - 0.5) / scale.scale;
    if (std::abs(guess) < 1e9) {  // mostly it lies there, which saves most of the search
      const int64_t near = std::max(least, int64_t(guess) - 2), far = std::max(near, int64_t(guess) + 2);
      if (near > least && scale.codeOf(near - 1) < code) begin = near;
      if (scale.codeOf(far) >= code) end = far;
    }
    while (begin < end) {
      const int64_t middle = begin + (end - begin) / 2;
      if (scale.codeOf(middle) >= code) {
        end = middle;
      } else {
        begin = middle + 1;
      }
    }
    if (begin > INT32_MAX) return;
    least = begin;
    thresholds[size_t(code - scale.low - 1)] = int32_t(begin);
  }
}

bool fitsOneRounding(const DoubleScale& scale, int32_t mantissa, int32_t shift) {
  if (shift + kBits < 0 || shift + kBits > 30) return false;
  std::vector<int32_t> thresholds(kThresholds);
  thresholdsOf(scale, thresholds);
  const auto codeOf = [&](int64_t sum) {
    return std::clamp<int64_t>(oneRounding(sum, mantissa, shift) + scale.zero, scale.low, scale.high);
  };
  // Both forms never fall, so they agree everywhere where they step at the same sums and agree at the ends.
  for (int32_t code = scale.low + 1; code <= scale.high; ++code) {
    const int64_t at = thresholds[size_t(code - scale.low - 1)];
    if (at == INT32_MAX && scale.codeOf(at) < code) {
      if (codeOf(at) >= code) return false;
      continue;
    }
    if (codeOf(at) < code || (at > INT32_MIN && codeOf(at - 1) >= code)) return false;
  }
  return true;
}

}  // namespace trireme::gpu
