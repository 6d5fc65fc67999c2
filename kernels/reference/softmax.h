#pragma once

#include <array>

#include "kernels/common/lookup_table.h"
#include "kernels/common/quantized_multiplier.h"

// The tables of SOFTMAX on quantised codes, for devices that do the same arithmetic.
namespace trireme::reference {

// exp(difference) in Q0.31 for the 256 differences that bytes can have, from 0 down. Those below `least` count as 0.
struct ByteExps {
  std::array<int32_t, 256> exps{};
  int32_t least = 0;
};
ByteExps makeByteExps(double beta, double scale);

// int16: two tables in Q0.15, exp over [-10, 0] and 1 / (1 + x) over [0, 1].
struct WordTables {
  common::LookupTable16 exp, reciprocal;
  common::Multiplier multiplier;
};
WordTables makeWordTables(float beta, float scale);

}  // namespace trireme::reference
