#pragma once

#include "kernels/cpu/gemm_f32/gemm_f32.h"
#include "kernels/cpu/simd/unroll.h"

// The loops around a tile, for every instruction set. `V` lives in the anonymous namespace of its source, so that each
// source has its own code: nothing here may be a function that is no template of V.
//
// V: Reg, kWidth, kTileRows, load, loadPart, broadcast, multiplyAdd, clamp, store, storePart.
namespace trireme::cpu {

constexpr int64_t kGemmF32Depth = 256;  // k of one pass: a panel's part fits in half of an L1 cache
constexpr int kRegsAPanel = 2;

// Rows x (P panels) of C, over a part of k.
template <class V>
struct GemmF32Tile {
  const float* a;
  ptrdiff_t aStride;
  const float* b;  // of the first panel, at the first k
  ptrdiff_t panelStride;
  const float* bias;  // null: C holds the sum over smaller k
  float* c;
  ptrdiff_t cStride;
  int64_t k, columns;
  bool isLast;
  float low, high;
};

template <class V, int P>
inline typename V::Reg startOfSum(const GemmF32Tile<V>& tile, int row, int reg) {
  const int64_t column = reg * V::kWidth;
  if (tile.bias) return V::load(tile.bias + (reg / kRegsAPanel) * tile.panelStride + column % (2 * V::kWidth));
  const float* c = tile.c + row * tile.cStride + column;
  if (column + V::kWidth <= tile.columns) return V::load(c);
  return V::loadPart(c, tile.columns - column);
}

template <class V>
inline void storeSum(const GemmF32Tile<V>& tile, int row, int reg, typename V::Reg sum) {
  if (tile.isLast) sum = V::clamp(sum, tile.low, tile.high);
  const int64_t column = reg * V::kWidth;
  float* c = tile.c + row * tile.cStride + column;
  if (column + V::kWidth <= tile.columns) {
    V::store(c, sum);
  } else if (column < tile.columns) {
    V::storePart(c, sum, tile.columns - column);
  }
}

template <class V, int R, int P>
void computeTile(const GemmF32Tile<V>& tile) {
  constexpr int kRegs = P * kRegsAPanel;
  typename V::Reg sum[R][kRegs];
  TRIREME_UNROLL
  for (int r = 0; r < R; ++r) {
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) sum[r][v] = startOfSum<V, P>(tile, r, v);
  }
  const float* a = tile.a;
  const float* b = tile.b;
  const ptrdiff_t aStride = tile.aStride;
  for (int64_t k = 0; k < tile.k; ++k, ++a, b += kRegsAPanel * V::kWidth) {
    typename V::Reg weights[kRegs];
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) {
      weights[v] = V::load(b + (v / kRegsAPanel) * tile.panelStride + (v % kRegsAPanel) * V::kWidth);
    }
    TRIREME_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename V::Reg x = V::broadcast(a + r * aStride);
      TRIREME_UNROLL
      for (int v = 0; v < kRegs; ++v) sum[r][v] = V::multiplyAdd(x, weights[v], sum[r][v]);
    }
  }
  TRIREME_UNROLL
  for (int r = 0; r < R; ++r) {
    TRIREME_UNROLL
    for (int v = 0; v < kRegs; ++v) storeSum<V>(tile, r, v, sum[r][v]);
  }
}

template <class V, int R>
void computeRows(int64_t rows, const GemmF32Tile<V>& tile) {
  if (rows == R) {
    computeTile<V, R, 1>(tile);
  } else if constexpr (R > 1) {
    computeRows<V, R - 1>(rows, tile);
  }
}

// One row: several panels at a time, since one chain of adds in each of two registers would wait for itself.
template <class V>
void computeOneRow(GemmF32Tile<V> tile, int64_t panels, int64_t width) {
  constexpr int kPanels = 4;
  for (; panels > 0;) {
    const int64_t step = panels >= kPanels ? kPanels : 1;
    if (step == kPanels) {
      computeTile<V, 1, kPanels>(tile);
    } else {
      computeTile<V, 1, 1>(tile);
    }
    panels -= step;
    tile.b += step * tile.panelStride;
    if (tile.bias) tile.bias += step * tile.panelStride;
    tile.c += step * width;
    tile.columns -= step * width;
  }
}

template <class V>
void gemmF32(const GemmF32& args) noexcept {
  constexpr int64_t kWidth = kRegsAPanel * V::kWidth;
  const ptrdiff_t panelStride = kWidth * (args.k + 1);
  if (args.rows <= 0) return;
  const int64_t tiles = (args.rows + V::kTileRows - 1) / V::kTileRows;
  int64_t k = 0;
  do {
    const int64_t depth = args.k - k < kGemmF32Depth ? args.k - k : kGemmF32Depth;
    for (int64_t panel = args.panelBegin; panel < args.panelEnd; ++panel) {
      const float* base = args.packed + panel * panelStride;
      GemmF32Tile<V> tile{args.a + k,
                          args.aStride,
                          base + (k + 1) * kWidth,
                          panelStride,
                          k == 0 ? base : nullptr,
                          args.c + panel * kWidth,
                          args.cStride,
                          depth,
                          args.n - panel * kWidth,
                          k + depth >= args.k,
                          args.low,
                          args.high};
      if (args.rows == 1) {
        computeOneRow<V>(tile, args.panelEnd - panel, kWidth);
        break;
      }
      for (int64_t i = 0, row = 0; i < tiles; ++i) {  // rows spread evenly over the tiles
        const int64_t count = args.rows / tiles + (i < args.rows % tiles ? 1 : 0);
        tile.a = args.a + k + row * args.aStride;
        tile.c = args.c + row * args.cStride + panel * kWidth;
        computeRows<V, V::kTileRows>(count, tile);
        row += count;
      }
    }
    k += depth;
  } while (k < args.k);
}

}  // namespace trireme::cpu
