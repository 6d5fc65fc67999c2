#pragma once

#include <string_view>

#include "trireme/delegates.h"

namespace trireme::cpu {

// Instruction sets, of which each tier of a processor family includes those before it.
//   x86-64: Scalar (the baseline), Avx2 (with FMA), Avx512 (F, BW, DQ, VL), Vnni (AVX-512 VNNI), Amx (tile, int8)
//   ARM:    Scalar, Neon, Dotprod, I8mm
// Never Auto.
CpuIsa detectIsa() noexcept;
// Whether a processor of tier `machine` runs code that needs tier `needed`.
bool covers(CpuIsa machine, CpuIsa needed) noexcept;
std::string_view isaName(CpuIsa isa) noexcept;  // "avx512", as in options and kernel names
// The processor's own words, "AMD EPYC"; "x86-64" or the like where it has none.
std::string processorName();

}  // namespace trireme::cpu
