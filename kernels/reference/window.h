#pragma once

#include "kernels/reference/operands.h"

namespace trireme::reference {

// The geometry of a convolution or pool over an image, in positions and channels. All operands are in TFLite's order:
// image NHWC, filter OHWI (depthwise: 1HWO).
struct Window {
  int64_t batches = 0, inH = 0, inW = 0, inC = 0, outH = 0, outW = 0, outC = 0;
  int64_t filterH = 1, filterW = 1, strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  int64_t filterC = 1;         // channels of one filter: inC / groups; 1 where there is no such thing
  int64_t padH = 0, padW = 0;  // before the first row and column
  int64_t rows() const { return batches * outH; }
  int64_t inputImage() const { return inH * inW * inC; }
};

// Sizes of one window and its steps, from an operator's options and filter.
struct WindowSteps {
  int64_t filterH = 1, filterW = 1, strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
};

// Asks that sizes and steps are positive and small enough for exact arithmetic, and that the output has the shape that
// they give with `outChannels`. Only after input `image` and output 0 were found to have rank 4.
bool askWindow(Questions& questions, size_t image, const WindowSteps& steps, Padding padding, int64_t outChannels);
Window makeWindow(const Graph& graph, const Node& node, size_t image, const WindowSteps& steps, Padding padding);

// Every dimension of the operand is at most 2^30, so that positions times strides fit in 64 bits.
bool askModestDims(Questions& questions, size_t input);

}  // namespace trireme::reference
