#pragma once

#include <array>
#include <optional>

#include "trireme/tensor.h"

namespace trireme::reference {

// What a uint8 operand's codes become in a concatenation whose scale or zero point differs; nothing where they stay.
std::optional<std::array<uint8_t, 256>> requantization(const TensorType& in, const TensorType& out);

}  // namespace trireme::reference
