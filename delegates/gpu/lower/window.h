#pragma once

#include "delegates/gpu/emitter.h"
#include "kernels/reference/window.h"

namespace trireme::gpu {

// The window of a convolution over the input of its call: that of a PAD that joined it, where there is one. padH and
// padW of the window count the pad's pixels; inH and inW are those of the call's own input.
struct CallWindow {
  reference::Window window;
  ValueId image = kNoValue;
};
CallWindow windowOfCall(const Graph& graph, const Call& call, const reference::WindowSteps& steps, Padding padding);

}  // namespace trireme::gpu
