#pragma once

#include "delegates/gpu/lower/matrix.h"
#include "delegates/gpu/lower/window.h"

// Convolutions whose output channels see some of the input's channels, by the plain program.
namespace trireme::gpu {

enum class GroupedFilter : uint8_t {
  OutputFirst,  // [output channel][taps][channels of a group], as CONV_2D has it
  OutputLast    // [taps][output channel], as DEPTHWISE_CONV_2D has it
};
Status emitGrouped(Emitter& emitter, const Call& call, const CallWindow& window, const MatrixJob& job,
                   const FilterWeights& filter, GroupedFilter order);

}  // namespace trireme::gpu
