#include <algorithm>
#include <cstring>

#include "kernels/cpu/depthwise_f32/depthwise_f32.h"
#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

constexpr DepthwiseF32Kernel kKernels[] = {
#define TRIREME_KERNEL(name, isa, width, function) {name, isa, width, function},
#include "kernels/cpu/depthwise_f32/kernels.inc"
#undef TRIREME_KERNEL
};

}  // namespace

std::span<const DepthwiseF32Kernel> depthwiseF32Kernels() { return kKernels; }

const DepthwiseF32Kernel& selectDepthwiseF32(CpuIsa machine) {
  for (const DepthwiseF32Kernel& kernel : kKernels) {
    if (covers(machine, kernel.isa)) return kernel;
  }
  return kKernels[std::size(kKernels) - 1];
}

void packDepthwiseF32(const std::byte* weights, const std::byte* bias, int64_t channels, int64_t taps, int64_t width,
                      float* packed) noexcept {
  std::fill_n(packed, packedSizeDepthwiseF32(channels, taps, width), 0.0f);
  for (int64_t first = 0; first < channels; first += width, packed += width * (taps + 1)) {
    const size_t bytes = size_t(std::min(width, channels - first)) * sizeof(float);
    if (bias) std::memcpy(packed, bias + size_t(first) * sizeof(float), bytes);
    for (int64_t tap = 0; tap < taps; ++tap) {
      std::memcpy(packed + (tap + 1) * width, weights + size_t(tap * channels + first) * sizeof(float), bytes);
    }
  }
}

}  // namespace trireme::cpu
