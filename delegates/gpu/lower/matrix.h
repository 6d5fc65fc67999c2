#pragma once

#include "delegates/gpu/lower/finish.h"
#include "delegates/gpu/weights.h"
#include "kernels/reference/window.h"

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
  // Where windows leave the image, which is read as it is: elements of the rows and columns before it (in srcAt too),
  // of a row and of an image. imageEnd 0: none does.
  int64_t borderY = 0, borderX = 0, lineEnd = 0, imageEnd = 0;
  int64_t pixels() const { return images * outH * outW; }
};
// What the call's dispatches share.
struct MatrixJob {
  const Value* bias = nullptr;
  // Exactly one of them.
  const FloatFinish* floats = nullptr;
  const CodeFinish* codes = nullptr;
  int64_t first = 0;  // channel of the layer, of bias and floats; codes begin with it
};
// Constants of a finish in the parameters of any program that has one.
template <class Params>
void setFloats(Params& params, const FloatFinish& finish) {
  params.low = finish.range.low;
  params.high = finish.range.high;
  params.low2 = finish.second.low;
  params.high2 = finish.second.high;
}
template <class Params>
void setCodes(Params& params, const CodeFinish& finish) {
  params.zero = finish.outputZero;
  params.low = float(finish.range.low);
  params.high = float(finish.range.high);
}
// What the programs that slide windows (Depthwise, ConvGrouped) know of them, and of the images.
template <class Params>
void setWindow(Params& params, const reference::Window& w, const Tensor& src, const Tensor& dst) {
  params.lines = int32_t(w.rows());
  params.channels = int32_t(w.outC);
  params.outW = int32_t(w.outW);
  params.outH = int32_t(w.outH);
  params.inW = int32_t(w.inW);
  params.inH = int32_t(w.inH);
  params.srcAt = int32_t(src.at);
  params.srcX = int32_t(src.pitch);
  params.srcY = int32_t(w.inW * src.pitch);
  params.srcImage = int32_t(w.inH * w.inW * src.pitch);
  params.tapsY = int32_t(w.filterH);
  params.tapsX = int32_t(w.filterW);
  params.strideY = int32_t(w.strideH);
  params.strideX = int32_t(w.strideW);
  params.dilationY = int32_t(w.dilationH);
  params.dilationX = int32_t(w.dilationW);
  params.padY = int32_t(w.padH);
  params.padX = int32_t(w.padW);
  params.dstAt = int32_t(dst.at);
  params.dstX = int32_t(dst.pitch);
}
// Bias, what else the finish reads, and its constants in the parameters of such a program. `variant`: the program's,
// for inputs of this storage.
struct WindowFinish {
  Tensor bias, extra;
  std::string variant;
};
template <class Params>
WindowFinish finishWindow(Emitter& emitter, const MatrixJob& job, int64_t channels, Storage src, Storage dst,
                          Params& params) {
  WindowFinish finish;
  const std::string to(storageName(dst));
  if (job.codes) {
    finish.bias = codeBias(emitter, *job.codes, job.bias, channels, [](int64_t) { return int64_t{0}; });
    finish.extra = codeExtra(emitter, *job.codes, channels);
    finish.variant = "CODES=1 S=" + std::string(storageName(src)) + " B=i32 E=i32 D=" + to;
    params.zeroIn = job.codes->imageZero;
    setCodes(params, *job.codes);
    return finish;
  }
  finish.bias = floatBias(emitter, job.bias, channels);
  finish.extra = floatExtra(emitter, *job.floats, channels, dst, finish.bias);
  finish.variant = "CODES=0 S=" + std::string(storageName(src)) + " B=f32 E=" + to + " D=" + to;
  params.extraAt = int32_t(finish.extra.at);
  params.extraX = int32_t(finish.extra.pitch);
  setFloats(params, *job.floats);
  return finish;
}
// Pixels of a plain result, one row each.
void placeRows(MatrixGeometry& geometry, const Tensor& dst);
// Taps are counted row by row: tap = y * tapsX + x. Weights that are more than the device binds at once go in parts, a
// dispatch for some channels each.
void emitMatrix(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& geometry, const Tensor& src,
                const Tensor& dst, const WeightRow& weights);
// The same for weights that fit one binding.
void emitMatrixAtOnce(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& geometry, const Tensor& src,
                      const Tensor& dst, const WeightRow& weights);
// Floats before the weights of some layers of codes: the codes themselves (LANEWISE 2 of ConvGemm).
inline constexpr int64_t kCodeTable = 384;
// Adds a refusal where not even a block of channels fits, or, not by emitMatrix, all of the weights.
enum class Weights : uint8_t { InParts, AtOnce };
Support withWeights(Support support, const LowerQuery& query, const reference::WeightedOperands& operands, Weights how);
// Whether ConvGemm reads inputs of this storage by vectors here, so that `readable` should reach whole ones.
bool readsVectors(const Emitter& emitter, Storage src);

// An image with what its windows meet around it.
struct PaddedImage {
  Tensor tensor;
  int64_t at = 0;                      // of the first pixel that a window can meet
  int64_t image = 0, y = 0, x = 0;     // steps in elements
  int64_t channels = 1, readable = 1;  // readable: lanes of a pixel, those behind channels are zero
  // Not padded: windows leave it. Elements of the rows and columns before the image.
  bool edges = false;
  int64_t borderY = 0, borderX = 0;
};
// `codes`: read in place of the value.
// The pixels [-beforeY, height - beforeY) x [-beforeX, width - beforeX) of the images in `id`; those outside are
// `fill`. No copy where all lie inside. gaps: pixels of less than a vector become whole ones.
PaddedImage padImage(Emitter& emitter, ValueId id, const Tensor* codes, int64_t beforeY, int64_t height,
                     int64_t beforeX, int64_t width, float fill, bool gaps = false);

}  // namespace trireme::gpu
