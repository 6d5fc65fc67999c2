#pragma once

#include "delegates/cpu/lowering.h"

namespace trireme::cpu {

// CONV_2D, float32 and 8-bit, as a matrix product over gathered windows.
Support supportsConv2d(const LowerContext& context);
Result<Lowered> lowerConv2d(const LowerContext& context);

// DEPTHWISE_CONV_2D, float32 and 8-bit.
Support supportsDepthwiseConv2d(const LowerContext& context);
Result<Lowered> lowerDepthwiseConv2d(const LowerContext& context);

// FULLY_CONNECTED, float32 and 8-bit.
Support supportsFullyConnected(const LowerContext& context);
Result<Lowered> lowerFullyConnected(const LowerContext& context);

// RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another shape.
Support supportsView(const LowerContext& context);
Result<Lowered> lowerView(const LowerContext& context);

}  // namespace trireme::cpu
