#pragma once

#include "kernels/cpu/gemm_i8/gemm_i8.h"
#include "kernels/cpu/simd/unroll.h"

// The loops around a tile, for every instruction set. `V` lives in the anonymous namespace of its source, so that each
// source has its own code: nothing here may be a function that is no template of V.
//
// V: Reg (of int32), kWidth, kTileRows, kDepth, kBytesOfA, load, broadcastGroup, Weights, loadWeights, multiplyAdd,
// minus, twoRoundings, byDouble, addClamp, storeBytes.
namespace trireme::cpu {

template <class V>
struct GemmI8Tile {
  const std::byte* a;
  ptrdiff_t aStride;
  const int32_t* sumsOfRows;
  const std::byte* panel;
  std::byte* c;
  int64_t columns;
  const GemmI8* args;
};

template <class V>
inline void finishSum(const GemmI8Tile<V>& tile, int row, int reg, typename V::Reg sum) {
  constexpr int kPanelWidth = 2 * V::kWidth;
  const GemmI8& args = *tile.args;
  const int64_t column = reg * V::kWidth;
  if (column >= tile.columns) return;
  if (tile.sumsOfRows) sum = V::minus(sum, args.wZero, tile.sumsOfRows[row]);
  const int32_t* constants = reinterpret_cast<const int32_t*>(tile.panel) + kPanelWidth;
  if (args.requantization == Requantization::TwoRoundings) {
    const int32_t* mantissa = constants + column;
    sum = V::twoRoundings(sum, mantissa, mantissa + kPanelWidth, mantissa + 2 * kPanelWidth);
  } else {
    sum = V::byDouble(sum, reinterpret_cast<const double*>(constants) + column);
  }
  sum = V::addClamp(sum, args.outputZero, args.low, args.high);
  V::storeBytes(tile.c + row * args.cStride + column, sum, tile.columns - column);
}

template <class V, int R>
void computeTile(const GemmI8Tile<V>& tile) {
  constexpr int kRegs = 2;
  typename V::Reg sum[R][kRegs];
  const int32_t* bias = reinterpret_cast<const int32_t*>(tile.panel);
  TRIREME_UNROLL
  for (int r = 0; r < R; ++r) {
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) sum[r][v] = V::load(bias + v * V::kWidth);
  }
  const std::byte* a = tile.a;
  const std::byte* b = tile.panel + kRegs * V::kWidth * 4 * int(sizeof(int32_t));
  const ptrdiff_t aStride = tile.aStride;
  const int64_t groups = tile.args->groups;
  for (int64_t g = 0; g < groups; ++g, a += V::kDepth * V::kBytesOfA, b += kRegs * V::kWidth * V::kDepth) {
    typename V::Weights weights[kRegs];
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) weights[v] = V::loadWeights(b + v * V::kWidth * V::kDepth);
    TRIREME_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename V::Weights x = V::broadcastGroup(a + r * aStride);
      TRIREME_UNROLL
      for (int v = 0; v < kRegs; ++v) V::multiplyAdd(sum[r][v], x, weights[v]);
    }
  }
  TRIREME_UNROLL
  for (int r = 0; r < R; ++r) {
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) finishSum<V>(tile, r, v, sum[r][v]);
  }
}

template <class V, int R>
void computeRows(int64_t rows, const GemmI8Tile<V>& tile) {
  if (rows == R) {
    computeTile<V, R>(tile);
  } else if constexpr (R > 1) {
    computeRows<V, R - 1>(rows, tile);
  }
}

template <class V>
void gemmI8(const GemmI8& args) noexcept {
  constexpr int64_t kPanelWidth = 2 * V::kWidth;
  const ptrdiff_t panelBytes = kPanelWidth * (4 * int64_t(sizeof(int32_t)) + args.groups * V::kDepth);
  const int64_t tiles = (args.rows + V::kTileRows - 1) / V::kTileRows;
  for (int64_t panel = args.panelBegin; panel < args.panelEnd; ++panel) {
    GemmI8Tile<V> tile{args.a,
                       args.aStride,
                       args.sumsOfRows,
                       args.packed + panel * panelBytes,
                       args.c + panel * kPanelWidth,
                       args.n - panel * kPanelWidth,
                       &args};
    for (int64_t i = 0; i < tiles; ++i) {  // rows spread evenly over the tiles
      const int64_t count = args.rows / tiles + (i < args.rows % tiles ? 1 : 0);
      computeRows<V, V::kTileRows>(count, tile);
      tile.a += count * args.aStride;
      tile.c += count * args.cStride;
      if (tile.sumsOfRows) tile.sumsOfRows += count;
    }
  }
}

}  // namespace trireme::cpu
