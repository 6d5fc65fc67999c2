#pragma once

#include "delegates/gpu/emitter.h"

namespace trireme::gpu {

// RESHAPE, SQUEEZE, EXPAND_DIMS: the same memory where rows allow it.
Support supportsReshape(const LowerQuery& query);
Status emitReshape(Emitter& emitter, const Call& call);

// CONCATENATION: what its producers did not write into their slices is copied.
Support supportsConcatenation(const LowerQuery& query);
Status emitConcatenation(Emitter& emitter, const Call& call);

// Functions of one element: activations and ABS, NEG, EXP, LOG, SQRT, RSQRT, SQUARE of floats and int32.
Support supportsActivation(const LowerQuery& query);
Status emitActivation(Emitter& emitter, const Call& call);

// Functions of two with broadcasting, PRELU among them. A function of one float behind them joins.
Support supportsBinary(const LowerQuery& query);
Status emitBinary(Emitter& emitter, const Call& call);
bool binaryTakesAfter(const LowerQuery& query, const Call& call, const Node& next);

// SOFTMAX.
Support supportsSoftmax(const LowerQuery& query);
Status emitSoftmax(Emitter& emitter, const Call& call);

// AVERAGE_POOL_2D, MAX_POOL_2D.
Support supportsPool(const LowerQuery& query);
Status emitPool(Emitter& emitter, const Call& call);

// MEAN, SUM.
Support supportsReduce(const LowerQuery& query);
Status emitReduce(Emitter& emitter, const Call& call);
// SLICE, STRIDED_SLICE, SPLIT; TRANSPOSE; PAD, PADV2, MIRROR_PAD; PACK, UNPACK; DEPTH_TO_SPACE, SPACE_TO_DEPTH: copies
// with another map of axes.
Support supportsSlice(const LowerQuery& query);
Status emitSlice(Emitter& emitter, const Call& call);
Status emitStridedSlice(Emitter& emitter, const Call& call);
Status emitSplit(Emitter& emitter, const Call& call);
Support supportsTranspose(const LowerQuery& query);
Status emitTranspose(Emitter& emitter, const Call& call);
Support supportsPad(const LowerQuery& query);
Status emitPad(Emitter& emitter, const Call& call);
Support supportsMirrorPad(const LowerQuery& query);
Status emitMirrorPad(Emitter& emitter, const Call& call);
Support supportsPack(const LowerQuery& query);
Status emitPack(Emitter& emitter, const Call& call);
Status emitUnpack(Emitter& emitter, const Call& call);
Support supportsDepthSpace(const LowerQuery& query);
Status emitDepthSpace(Emitter& emitter, const Call& call);

// RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR: taps and weights from the host.
Support supportsResize(const LowerQuery& query);
Status emitResizeBilinear(Emitter& emitter, const Call& call);
Status emitResizeNearest(Emitter& emitter, const Call& call);

// QUANTIZE, DEQUANTIZE, CAST.
Support supportsQuantize(const LowerQuery& query);
Status emitQuantize(Emitter& emitter, const Call& call);
Status emitDequantize(Emitter& emitter, const Call& call);
Support supportsCast(const LowerQuery& query);
Status emitCast(Emitter& emitter, const Call& call);

// Any operator of one 8- or 16-bit operand, element by element: a table of all codes.
Support supportsTable(const LowerQuery& query);
Status emitTable(Emitter& emitter, const Call& call);
// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, TRANSPOSE_CONV and Convolution2DTransposeBias: constant weights, packed;
// float32, int8 and uint8. Clamps, one function, or a residual and its clamps join them when they are of floats; an ADD
// joins CONV_2D of codes.
Support supportsConv(const LowerQuery& query);
Status emitConv(Emitter& emitter, const Call& call);
bool convTakesAfter(const LowerQuery& query, const Call& call, const Node& next);
Support supportsDepthwise(const LowerQuery& query);
Status emitDepthwise(Emitter& emitter, const Call& call);
bool depthwiseTakesAfter(const LowerQuery& query, const Call& call, const Node& next);
Support supportsFullyConnected(const LowerQuery& query);
Status emitFullyConnected(Emitter& emitter, const Call& call);
bool fullyConnectedTakesAfter(const LowerQuery& query, const Call& call, const Node& next);
Support supportsTransposeConv(const LowerQuery& query);
Status emitTransposeConv(Emitter& emitter, const Call& call);
bool transposeConvTakesAfter(const LowerQuery& query, const Call& call, const Node& next);
// Lowering::takesPad of the first two: constant pads of rows and columns by zero.
bool padsLikeWindow(const LowerQuery& query, const Node& pad);

}  // namespace trireme::gpu
