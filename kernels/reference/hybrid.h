#pragma once

#include <cstdint>

// Floats quantised to int8 codes while an operator runs, for its int8 weights: real = scale * (code - zero).
namespace trireme::reference {

struct RunQuantization {
  float scale = 1;
  int32_t zero = 0;
};
// Codes from -127 to 127, zero at 0.
RunQuantization quantizeSymmetric(const float* values, int64_t count, int8_t* codes);
// Codes from -128 to 127 over the range of the values and 0.
RunQuantization quantizeAsymmetric(const float* values, int64_t count, int8_t* codes);

}  // namespace trireme::reference
