#pragma once

#include <optional>

#include "delegates/gpu/layout.h"

// Which form of a hot program a shape gets: pure functions of shape and limits.
namespace trireme::gpu {

// An item of ConvGemm computes `rows` pixels by `blocks` vectors of channels. Lanewise: it reads a vector of inputs at
// a time, else one input; `table`: codes as floats of a table; `dots`: codes by products of four, if it is lanewise.
struct MatrixTile {
  int32_t rows = 1, blocks = 1;
  bool lanewise = false, table = false;
  Extent local{1, 1, 1};
  bool dots = false;
  bool operator==(const MatrixTile&) const = default;
};
MatrixTile chooseMatrixTile(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels);

// A group of ConvTile is `side` x `side` items, each of `rows` pixels by `blocks` vectors of channels.
struct GroupTile {
  int32_t side = 2, rows = 4, blocks = 1;
  int64_t pixels() const { return int64_t{side} * rows; }
  int64_t channels(uint32_t vectorWidth) const { return int64_t{side} * blocks * vectorWidth; }
  uint32_t sharedBytes(uint32_t vectorWidth) const;
  bool operator==(const GroupTile&) const = default;
};
// For a product of rows x depth by depth x channels; none: its items keep their sums apart, as ConvGemm's do.
std::optional<GroupTile> chooseGroupTile(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels,
                                         int64_t depth);

// A group of ConvMatrix is down x across subgroups, each of rows x blocks tiles of sums; `steps` tiles of depth at
// once.
struct MatrixGroup {
  MatrixUnit unit;
  int32_t down = 2, across = 2, rows = 1, blocks = 1, steps = 2;
  int64_t pixels() const { return int64_t{down} * rows * unit.m; }
  int64_t channels() const { return int64_t{across} * blocks * unit.n; }
  uint32_t items() const { return uint32_t(down * across * unit.crew); }
  uint32_t sharedBytes() const;
  bool operator==(const MatrixGroup&) const = default;
};
// For a product of rows x depth by depth x channels; none: it goes another way. Inputs must be readable by vectors.
std::optional<MatrixGroup> chooseMatrixGroup(const GpuLimits& limits, Storage src, int64_t rows, int64_t channels,
                                             int64_t depth);
// Whether a convolution whose windows leave the image reads it as it is, and computes pixels at its edges twice, rather
// than a copy with a border. edgePixels: those computed twice, in all images; products: of an output.
bool readsAroundEdges(const GpuLimits& limits, Storage src, int64_t imageElements, int64_t edgePixels, int64_t products,
                      int64_t channels);
// Whether a convolution of so many taps over pixels of less than a vector reads whole vectors, in a copy with gaps.
bool worthGaps(const GpuLimits& limits, int64_t taps);
// How the weights of a product over floats are kept.
Storage chooseWeightStorage(const GpuLimits& limits, Storage src);

// An item of Depthwise computes `lines` by `strip` neighbours. taps 0: the program's form for any filter; edges: how it
// reads around the image (EDGES of the program).
struct DepthwiseStrip {
  int32_t strip = 1, taps = 0, step = 1;
  Extent local{1, 1, 1};
  int32_t edges = 0, lines = 1;
  bool operator==(const DepthwiseStrip&) const = default;
};
struct DepthwiseShape {
  int64_t channels = 1, outH = 1;
  int64_t tapsY = 1, tapsX = 1, strideY = 1, strideX = 1, dilationY = 1, dilationX = 1;
};
DepthwiseStrip chooseDepthwiseStrip(const GpuLimits& limits, const DepthwiseShape& shape);

}  // namespace trireme::gpu
