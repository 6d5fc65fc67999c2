#include <algorithm>
#include <cstring>

#include "kernels/cpu/gemm_f32/gemm_f32.h"
#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

constexpr GemmF32Kernel kKernels[] = {
#define TRIREME_KERNEL(name, isa, tileRows, panelWidth, function) {name, isa, tileRows, panelWidth, function},
#include "kernels/cpu/gemm_f32/kernels.inc"
#undef TRIREME_KERNEL
};

}  // namespace

std::span<const GemmF32Kernel> gemmF32Kernels() { return kKernels; }

const GemmF32Kernel& selectGemmF32(CpuIsa machine) {
  for (const GemmF32Kernel& kernel : kKernels) {
    if (covers(machine, kernel.isa)) return kernel;
  }
  return kKernels[std::size(kKernels) - 1];
}

void packGemmF32(const std::byte* weights, const std::byte* bias, int64_t n, int64_t k, int64_t panelWidth,
                 float* packed) noexcept {
  for (int64_t panel = 0; panel < gemmPanels(n, panelWidth); ++panel) {
    float* to = packed + panel * panelWidth * (k + 1);
    std::fill_n(to, panelWidth * (k + 1), 0.0f);
    const int64_t columns = std::min(panelWidth, n - panel * panelWidth);
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t row = panel * panelWidth + column;
      if (bias) std::memcpy(to + column, bias + size_t(row) * sizeof(float), sizeof(float));
      const std::byte* from = weights + size_t(row * k) * sizeof(float);
      for (int64_t i = 0; i < k; ++i) {
        std::memcpy(to + (i + 1) * panelWidth + column, from + size_t(i) * sizeof(float), sizeof(float));
      }
    }
  }
}

}  // namespace trireme::cpu
