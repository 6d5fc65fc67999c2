#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "trireme/delegates.h"

// C = clamp(A B + bias), float32, with B packed once. Every element of C is one chain of multiply-adds over k in
// ascending order that starts from its bias, whatever the tile and the split of rows and panels; so the split never
// shows in the result.
namespace trireme::cpu {

// Panels [panelBegin, panelEnd) of `rows` rows. A row of A may be longer than k.
//
//   packed B: a panel for every panelWidth columns, one after the other:
//     bias[panelWidth], then for each k: b[k][panelWidth]      columns beyond n are zeros
struct GemmF32 {
  const float* a = nullptr;
  ptrdiff_t aStride = 0;  // floats from row to row
  const float* packed = nullptr;
  float* c = nullptr;
  ptrdiff_t cStride = 0;
  int64_t rows = 0, n = 0, k = 0;
  int64_t panelBegin = 0, panelEnd = 0;
  float low = 0, high = 0;  // NaN passes
};
struct GemmF32Kernel {
  const char* name;
  CpuIsa isa;
  int64_t tileRows, panelWidth;
  void (*run)(const GemmF32&) noexcept;
};
std::span<const GemmF32Kernel> gemmF32Kernels();  // best first; the last runs everywhere
const GemmF32Kernel& selectGemmF32(CpuIsa machine);

constexpr int64_t gemmPanels(int64_t n, int64_t panelWidth) { return (n + panelWidth - 1) / panelWidth; }
// Floats of packed B.
constexpr int64_t packedSizeGemmF32(int64_t n, int64_t k, int64_t panelWidth) {
  return gemmPanels(n, panelWidth) * panelWidth * (k + 1);
}
// `weights`: n rows of k floats, as filters lie in a file, of any alignment. Null bias: zeros.
void packGemmF32(const std::byte* weights, const std::byte* bias, int64_t n, int64_t k, int64_t panelWidth,
                 float* packed) noexcept;

#define TRIREME_KERNEL(name, isa, tileRows, panelWidth, function) void function(const GemmF32&) noexcept;
#include "kernels/cpu/gemm_f32/kernels.inc"
#undef TRIREME_KERNEL

}  // namespace trireme::cpu
