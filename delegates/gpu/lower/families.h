#pragma once

#include "delegates/gpu/emitter.h"

namespace trireme::gpu {

// RESHAPE, SQUEEZE, EXPAND_DIMS: the same memory where rows allow it.
Support supportsReshape(const LowerQuery& query);
Status emitReshape(Emitter& emitter, const Call& call);

// CONCATENATION: what its producers did not write into their slices is copied.
Support supportsConcatenation(const LowerQuery& query);
Status emitConcatenation(Emitter& emitter, const Call& call);

// Functions of one element, of floats and int16: activations and ABS, NEG, EXP, LOG, SQRT, RSQRT, SQUARE.
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

}  // namespace trireme::gpu
