#pragma once

#include "delegates/emulated/profile.h"

namespace trireme::emulated {

// The nearest number that the format has, as float32, by the profile's rules. NaN stays NaN, infinity infinity.
float rounded(const Numerics& numerics, float value);
// Every float of `from`, rounded, into `to`; they may be the same memory.
void roundAll(const Numerics& numerics, std::span<const std::byte> from, std::span<std::byte> to);
std::string_view formatName(NumberFormat format);  // "float16"
std::string_view roundingName(Rounding rounding);  // "half-even"

}  // namespace trireme::emulated
