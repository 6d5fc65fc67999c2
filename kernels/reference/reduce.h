#pragma once

#include "kernels/common/quantized_multiplier.h"
#include "kernels/reference/operands.h"

namespace trireme::reference {

// The multiplier from a sum of codes to the result's scale; terms above 1: of a mean over them, the quotient in it.
common::Multiplier sumMultiplier(const TensorType& in, const TensorType& out, int64_t terms);

}  // namespace trireme::reference
