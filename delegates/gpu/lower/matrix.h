#pragma once

#include "delegates/gpu/lower/finish.h"
#include "delegates/gpu/weights.h"

// Convolutions without groups, and what is like them, as dispatches of ConvGemm.
namespace trireme::gpu {

// Images of outH x outW pixels. The window of a pixel begins at srcAt + image * srcImage + y * srcY + x * srcX, has
// tapsY x tapsX taps, tapY and tapX apart, of `depth` elements each, `readable` of which can be read (those behind
// depth are zero). Results go to dstAt + image * dstImage + y * dstY + x * dstX. All in elements from the tensors'
// first ones.
struct MatrixGeometry {
  int64_t images = 1, outH = 1, outW = 1, channels = 1;
  int64_t srcAt = 0, srcImage = 0, srcY = 0, srcX = 0;
  int64_t tapsY = 1, tapsX = 1, tapY = 0, tapX = 0, depth = 1, readable = 1;
  int64_t dstAt = 0, dstImage = 0, dstY = 0, dstX = 0;
  int64_t pixels() const { return images * outH * outW; }
};
// What the call's dispatches share.
struct MatrixJob {
  const Value* bias = nullptr;
  // Exactly one of them.
  const FloatFinish* floats = nullptr;
  const CodeFinish* codes = nullptr;
};
// Pixels of a plain result, one row each.
void placeRows(MatrixGeometry& geometry, const Tensor& dst);
// Taps are counted row by row: tap = y * tapsX + x.
void emitMatrix(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& geometry, const Tensor& src,
                const Tensor& dst, const WeightRow& weights);
// Whether ConvGemm reads inputs of this storage by vectors here, so that `readable` should reach whole ones.
bool readsVectors(const Emitter& emitter, Storage src);

// An image with what its windows meet around it.
struct PaddedImage {
  Tensor tensor;
  int64_t at = 0;                      // of the first pixel that a window can meet
  int64_t image = 0, y = 0, x = 0;     // steps in elements
  int64_t channels = 1, readable = 1;  // readable: lanes of a pixel, those behind channels are zero
};
// `codes`: read in place of the value.
// The pixels [-beforeY, height - beforeY) x [-beforeX, width - beforeX) of the images in `id`; those outside are
// `fill`. No copy where all lie inside.
PaddedImage padImage(Emitter& emitter, ValueId id, const Tensor* codes, int64_t beforeY, int64_t height,
                     int64_t beforeX, int64_t width, float fill);

}  // namespace trireme::gpu
