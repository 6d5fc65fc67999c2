#include "core/graph/ops/window.h"

#include <fmt/format.h>

namespace trireme::graph {

Result<int64_t> windowOutputs(const InferenceView& view, const Window& window, int64_t size, std::string_view axis) {
  if (window.stride < 1 || window.dilation < 1) {
    return view.refuse(
        fmt::format("stride {} and dilation {} along the {} must be 1 or more", window.stride, window.dilation, axis));
  }
  if (known(window.filter) && window.filter < 1) {
    return view.refuse(fmt::format("the filter's {} is {}", axis, window.filter));
  }
  if (!known(size)) return kUnknownDim;
  if (window.padding == Padding::Same) return (size + window.stride - 1) / window.stride;
  if (!known(window.filter)) return kUnknownDim;
  const int64_t extent = (window.filter - 1) * window.dilation + 1;
  if (extent > size) {
    return view.refuse(fmt::format("a window of {} does not fit in the input's {} of {}", extent, axis, size));
  }
  return (size - extent) / window.stride + 1;
}

}  // namespace trireme::graph
