#include "delegates/gpu/choice.h"

#include <algorithm>
#include <bit>

namespace trireme::gpu {
namespace {

// Seven rows: images of 7 * 2^k pixels, 49 pixels among them, divide without a rest, and 7 x 2 sums, 2 weights and an
// input fit 32 registers.
constexpr int32_t kCoreRows = 7;
constexpr int32_t kDeviceRows = 4;
constexpr int32_t kLaneBlocks = 4;
// Groups of tiles: 256 items where the device has them.
constexpr int32_t kMostSide = 16, kLeastSide = 2;
constexpr int64_t kTilesOfUnit = 2;
// What a line of ConvMatrix's local memory is longer than what it holds.
constexpr int64_t kLinePad = 16;
constexpr int64_t kLeastRows = 16;  // of a product by real matrix units
// In multiply-adds of a vector: an edge's cost as often as that of a pixel among others, and one in the time in which
// so many bytes are copied.
constexpr int64_t kEdgeSlowdown = 4, kCopiedBytes = 3;

// A vector of items, along dimension 0 as far as there are that many. Larger groups were no faster.
Extent localOfLanes(int64_t items) {
  constexpr uint32_t kLanes = 8;
  const auto along = uint32_t(std::bit_ceil(uint64_t(std::clamp<int64_t>(items, 1, kLanes))));
  return {along, kLanes / along, 1};
}

bool isCodes(Storage src) { return src == Storage::I8 || src == Storage::U8; }

// A vector of weights is as dear to load as one of inputs there, and a sum in memory is cheap. Lanes are pixels, whose
// weights are the same.
MatrixTile tileOfLanes(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels) {
  const auto width = int64_t(limits.vectorWidth);
  MatrixTile tile;
  // What becomes of codes is long, and unrolled for every row: seven took a driver three times as long to compile as
  // four.
  tile.rows = int32_t(std::min<int64_t>(rows, isCodes(src) ? kDeviceRows : kCoreRows));
  const int64_t vectors = (channels + width - 1) / width;
  tile.lanewise = true;
  tile.local = localOfLanes((rows + tile.rows - 1) / tile.rows);
  // Few pixels: lanes are channels too, and each wants a block.
  const int64_t share = vectors / (int64_t{tile.local[1]} * limits.computeUnits);
  tile.blocks = int32_t(std::clamp<int64_t>(tile.local[1] == 1 ? vectors : share, 1, kLaneBlocks));
  return tile;
}

MatrixTile tileOfItems(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels) {
  MatrixTile tile;
  const int32_t most = limits.cores ? kCoreRows : kDeviceRows;
  tile.rows = rows >= most ? most : (rows > 2 ? 4 : int32_t(rows));
  if (limits.cores && rows > 4) tile.rows = kCoreRows;
  tile.blocks = channels > int64_t(limits.vectorWidth) ? 2 : 1;
  // A half is costly to convert alone; a core converts a float for nothing.
  tile.lanewise = src == Storage::F16 || (src == Storage::F32 && !limits.cores);
  tile.table = limits.cores && isCodes(src);
  if (!limits.cores) tile.local = {8, 8, 1};
  return tile;
}

}  // namespace

MatrixTile chooseMatrixTile(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels) {
  MatrixTile tile =
      limits.lanesAcross ? tileOfLanes(limits, src, rows, channels) : tileOfItems(limits, src, rows, channels);
  tile.dots = limits.dotProducts && !limits.cores && isCodes(src);
  tile.lanewise = tile.lanewise || tile.dots;
  return tile;
}

uint32_t GroupTile::sharedBytes(uint32_t vectorWidth) const {
  return uint32_t(side * (pixels() + 4 + channels(vectorWidth)) * int64_t{sizeof(float)});
}

// The largest tile of which every compute unit gets some, or else the smallest. A product that does not give each unit
// half of the smallest one, or whose few rows, channels or depth leave most of a tile empty, takes none.
std::optional<GroupTile> chooseGroupTile(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels,
                                         int64_t depth) {
  if (!limits.localTiles) return std::nullopt;
  int32_t side = kMostSide;
  while (side > kLeastSide && uint32_t(side * side) > limits.maxGroupSize) side /= 2;
  if (uint32_t(side * side) > limits.maxGroupSize || depth < 2 * side) return std::nullopt;
  const int64_t down = side * kDeviceRows, across = side * int64_t{limits.vectorWidth};  // of the smallest tile
  if (std::min(rows, channels) < std::min(down, across) / 2) return std::nullopt;
  if (rows * channels < down * across / 2 * limits.computeUnits) return std::nullopt;
  // Codes keep two kinds of sums, which is as much as registers hold.
  const bool codes = isCodes(src);
  constexpr GroupTile kTiles[] = {{0, 8, 2}, {0, 8, 1}, {0, 4, 1}};
  std::optional<GroupTile> chosen;
  for (GroupTile tile : kTiles) {
    tile.side = side;
    if (tile.sharedBytes(limits.vectorWidth) > limits.sharedBytes || (codes && tile.rows > kDeviceRows)) continue;
    if (tile.blocks > 1 && channels <= tile.channels(limits.vectorWidth) / 2) continue;
    chosen = tile;
    const int64_t wide = tile.channels(limits.vectorWidth);
    const int64_t tiles = (rows + tile.pixels() - 1) / tile.pixels() * ((channels + wide - 1) / wide);
    if (tiles >= kTilesOfUnit * limits.computeUnits) break;
  }
  return chosen;
}

uint32_t MatrixGroup::sharedBytes() const {
  const int64_t deep = int64_t{steps} * unit.k, element = unit.spelling == MatrixUnit::Spelling::Emulated ? 4 : 2;
  const int64_t inputs = pixels() * (deep + kLinePad), weights = deep * (channels() + kLinePad);
  return uint32_t((inputs + weights) * element + int64_t{down} * across * unit.m * unit.n * int64_t{sizeof(float)});
}

// The largest group of which there are enough for the device, or else the smallest. Products that would leave most of a
// tile empty take none; but what emulates a unit is there to be tested, and takes them all.
std::optional<MatrixGroup> chooseMatrixGroup(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels,
                                             int64_t depth) {
  if (!limits.matrixUnit || limits.cores) return std::nullopt;
  const MatrixUnit& unit = *limits.matrixUnit;
  const bool emulated = unit.spelling == MatrixUnit::Spelling::Emulated;
  if (src != Storage::F16 && !(emulated && src == Storage::F32)) return std::nullopt;
  if (!emulated && (rows < kLeastRows || channels < unit.n || depth < 2 * unit.k)) return std::nullopt;
  std::optional<MatrixGroup> chosen;
  for (const int32_t tiles : {4, 2, 1}) {
    MatrixGroup group;
    group.unit = unit;
    group.rows = group.blocks = tiles;
    if (group.sharedBytes() > limits.sharedBytes || group.items() > limits.maxGroupSize) continue;
    chosen = group;
    const int64_t down = group.pixels(), across = group.channels();
    if ((rows + down - 1) / down * ((channels + across - 1) / across) >= unit.groups) break;
  }
  return chosen;
}

bool readsAroundEdges(const GpuLimits& limits, Storage src, int64_t imageElements, int64_t edgePixels, int64_t products,
                      int64_t channels) {
  if (!limits.cores || (src != Storage::F32 && src != Storage::I8 && src != Storage::U8)) return false;
  const int64_t vectors = (channels + int64_t(limits.vectorWidth) - 1) / int64_t(limits.vectorWidth);
  const int64_t copied = imageElements * int64_t(bytesOf(src)) / kCopiedBytes;
  return edgePixels * products * vectors * kEdgeSlowdown < copied;
}

// Elsewhere an element of an input is no dearer to load than its share of a vector. The copy takes longer than one
// without gaps, which few taps do not make up for.
bool worthGaps(const GpuLimits& limits, int64_t taps) {
  constexpr int64_t kLeastTaps = 16;
  return limits.lanesAcross && taps >= kLeastTaps;
}

Storage chooseWeightStorage(const GpuLimits& limits, Storage src) {
  return src == Storage::F16 && !limits.cores ? Storage::F16 : Storage::F32;
}

DepthwiseStrip chooseDepthwiseStrip(const GpuLimits& limits, const DepthwiseShape& shape) {
  DepthwiseStrip choice;
  choice.strip = limits.cores ? kCoreRows : kDeviceRows;
  const bool steps = (shape.strideX == 1 || shape.strideX == 2) && shape.dilationX == 1;
  if ((shape.tapsX == 3 || shape.tapsX == 5) && steps) {
    choice.taps = int32_t(shape.tapsX);
    choice.step = int32_t(shape.strideX);
  }
  if (!limits.cores) choice.local = {8, 8, 1};
  if (!limits.lanesAcross) return choice;
  choice.strip = kCoreRows;
  choice.local = localOfLanes(shape.channels / int64_t(limits.vectorWidth));
  // A step that lanes may leave out is done all the same, and its results are chosen apart from the old ones. So it is
  // with each turn of a loop.
  const bool square = choice.taps == 3 && shape.tapsY == 3 && shape.strideY == shape.strideX && shape.dilationY == 1;
  choice.edges = square ? 2 : 1;
  choice.lines = square && shape.outH > 1 ? 2 : 1;
  return choice;
}

}  // namespace trireme::gpu
