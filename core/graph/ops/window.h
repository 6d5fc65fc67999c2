#pragma once

#include "core/graph/ops/inference_view.h"

namespace trireme::graph {

// One spatial axis of a convolution or pool.
struct Window {
  int64_t filter = 1, stride = 1, dilation = 1;
  Padding padding = Padding::Same;
};
// How many places the window takes along `size` elements. Refused: a stride, dilation or filter below 1, and a VALID
// window that does not fit. `axis` is its name in the sentence: "height".
Result<int64_t> windowOutputs(const InferenceView& view, const Window& window, int64_t size, std::string_view axis);

}  // namespace trireme::graph
