#pragma once

#include "delegates/gpu/emitter.h"

namespace trireme::gpu {

// RESHAPE, SQUEEZE, EXPAND_DIMS: the same memory where rows allow it.
Support supportsReshape(const LowerQuery& query);
Status emitReshape(Emitter& emitter, const Call& call);

// CONCATENATION: what its producers did not write into their slices is copied.
Support supportsConcatenation(const LowerQuery& query);
Status emitConcatenation(Emitter& emitter, const Call& call);

}  // namespace trireme::gpu
