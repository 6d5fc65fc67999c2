#include <algorithm>
#include <cstring>

#include "kernels/cpu/depthwise_i8/depthwise_i8.h"
#include "kernels/cpu/isa.h"

namespace trireme::cpu {
namespace {

constexpr DepthwiseI8Kernel kKernels[] = {
#define TRIREME_KERNEL(name, isa, width, function) {name, isa, width, function},
#include "kernels/cpu/depthwise_i8/kernels.inc"
#undef TRIREME_KERNEL
};

int32_t codeAt(const DepthwiseWeightsI8& from, int64_t tap, int64_t channel) {
  const std::byte code = from.weights[tap * from.channels + channel];
  return from.isUnsigned ? int32_t(uint8_t(code)) : int32_t(int8_t(code));
}

}  // namespace

std::span<const DepthwiseI8Kernel> depthwiseI8Kernels() { return kKernels; }

const DepthwiseI8Kernel& selectDepthwiseI8(CpuIsa machine) {
  for (const DepthwiseI8Kernel& kernel : kKernels) {
    if (covers(machine, kernel.isa)) return kernel;
  }
  return kKernels[std::size(kKernels) - 1];
}

void packDepthwiseI8(const DepthwiseWeightsI8& from, const DepthwiseI8Kernel& kernel, std::byte* packed) noexcept {
  const int64_t width = kernel.width;
  std::fill_n(packed, kernel.packedBytes(from.channels, from.taps), std::byte{0});
  for (int64_t first = 0; first < from.channels; first += width, packed += kernel.blockBytes(from.taps)) {
    auto* constants = reinterpret_cast<int32_t*>(packed);
    auto* pairs = reinterpret_cast<int16_t*>(constants + 4 * width);
    for (int64_t place = 0; place < width; ++place) {
      const int64_t channel = first + channelOfPlace(place, width);
      if (channel >= from.channels) continue;
      if (from.bias) std::memcpy(constants + place, from.bias + size_t(channel) * sizeof(int32_t), sizeof(int32_t));
      const common::Multiplier multiplier = from.multipliers[size_t(channel)];
      constants[width + place] = multiplier.mantissa;
      constants[2 * width + place] = std::max(multiplier.shift, 0);
      constants[3 * width + place] = std::max(-multiplier.shift, 0);
      for (int64_t tap = 0; tap < from.taps; ++tap) {
        pairs[(tap / 2 * width + place) * 2 + tap % 2] = int16_t(codeAt(from, tap, channel) - from.wZero);
      }
    }
  }
}

}  // namespace trireme::cpu
