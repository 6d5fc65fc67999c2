#pragma once

#include "trireme/graph.h"

namespace trireme::support {

// The block of the textbooks on delegates: one convolution, then a maximum pool, an average pool and a convolution side
// by side, joined by a concatenation. 28 x 28 pixels, 10.4 MMAC. `models/textbook.tflite` is this graph.
Graph inceptionBlock();

}  // namespace trireme::support
