#pragma once

#include "delegates/gpu/lower/layer.h"

// Convolutions whose output channels see some of the input's channels, by the plain program.
namespace trireme::gpu {

enum class GroupedFilter : uint8_t {
  OutputFirst,  // [output channel][taps][channels of a group], as CONV_2D has it
  OutputLast    // [taps][output channel], as DEPTHWISE_CONV_2D has it
};
void emitGrouped(Emitter& emitter, const Layer& layer, const reference::Window& window, GroupedFilter order);

}  // namespace trireme::gpu
