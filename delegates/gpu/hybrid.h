#pragma once

#include "delegates/gpu/emitter.h"

// Float activations with int8 weights: kernels/reference/hybrid.h as dispatches. The products between are float
// programs on whole numbers.
namespace trireme::gpu {

// The device can do it: a reason where it cannot.
Support supportsHybrid(const GpuLimits& limits);

struct HybridCodes {
  Tensor codes;   // f32, rows of the source: code - zero point
  Tensor ranges;  // f32, four an image: scale, 1 / scale, zero point, 0
  int64_t imageRows = 1;
};
// Quantises `src`, pitched, image by image: `imageRows` rows each, with codes from -128 and a zero point, or from -127.
HybridCodes emitHybridCodes(Emitter& emitter, const Tensor& src, int64_t imageRows, bool asymmetric);

struct HybridScales {
  std::vector<float> scales;  // a channel, or one
  std::vector<float> bias;    // a channel, or none
  float low = 0, high = 0;    // of the activation
};
// dst = clamp(sums * scale of channel * scale of image + bias). `imageRows` of `sums`.
void emitHybridFinish(Emitter& emitter, const Tensor& sums, const Tensor& ranges, int64_t imageRows,
                      const HybridScales& scales, const Tensor& dst);

}  // namespace trireme::gpu
