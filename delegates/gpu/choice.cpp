#include "delegates/gpu/choice.h"

namespace trireme::gpu {
namespace {

// Seven rows: images of 7 * 2^k pixels, 49 pixels among them, divide without a rest, and 7 x 2 sums, 2 weights and an
// input fit 32 registers.
constexpr int32_t kCoreRows = 7;
constexpr int32_t kDeviceRows = 4;

}  // namespace

MatrixTile chooseMatrixTile(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels) {
  MatrixTile tile;
  const int32_t most = limits.cores ? kCoreRows : kDeviceRows;
  tile.rows = rows >= most ? most : (rows > 2 ? 4 : int32_t(rows));
  if (limits.cores && rows > 4) tile.rows = kCoreRows;
  tile.blocks = channels > int64_t(limits.vectorWidth) ? 2 : 1;
  // A half is costly to convert alone; a core converts a float for nothing.
  tile.lanewise = src == Storage::F16 || (src == Storage::F32 && !limits.cores);
  if (!limits.cores) tile.local = {8, 8, 1};
  return tile;
}

Storage chooseWeightStorage(const GpuLimits& limits, Storage src) {
  return src == Storage::F16 && !limits.cores ? Storage::F16 : Storage::F32;
}

DepthwiseStrip chooseDepthwiseStrip(const GpuLimits& limits, int64_t tapsX, int64_t strideX, int64_t dilationX) {
  DepthwiseStrip choice;
  choice.strip = limits.cores ? 7 : 4;
  const bool columns = (tapsX == 3 || tapsX == 5) && (strideX == 1 || strideX == 2) && dilationX == 1;
  if (columns) {
    choice.taps = int32_t(tapsX);
    choice.step = int32_t(strideX);
  }
  if (!limits.cores) choice.local = {8, 8, 1};
  return choice;
}

}  // namespace trireme::gpu
