#include "kernels/cpu/gemm_i8/gemm_i8.h"
#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

constexpr GemmI8Kernel kKernels[] = {
#define TRIREME_KERNEL(name, isa, tileRows, panelWidth, depth, bytes, function) \
  {name, isa, tileRows, panelWidth, depth, bytes, function},
#include "kernels/cpu/gemm_i8/kernels.inc"
#undef TRIREME_KERNEL
};

}  // namespace

std::span<const GemmI8Kernel> gemmI8Kernels() { return kKernels; }

const GemmI8Kernel& selectGemmI8(CpuIsa machine) {
  for (const GemmI8Kernel& kernel : kKernels) {
    if (covers(machine, kernel.isa)) return kernel;
  }
  return kKernels[std::size(kKernels) - 1];
}

}  // namespace trireme::cpu
