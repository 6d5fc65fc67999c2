#pragma once

#include <random>

#include "trireme/tensor.h"

namespace trireme::base {

// Fills a tensor with values that a model can bear. Floats: -1 to 1; 8- and 16-bit integers: their whole range; 32- and
// 64-bit integers, which are mostly indices: 0 to 9; bool: both. Unsupported for other types. The same generator gives
// the same bytes.
Status fillRandom(TensorView view, std::mt19937_64& generator);

}  // namespace trireme::base
