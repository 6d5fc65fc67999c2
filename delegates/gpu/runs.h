#pragma once

#include "delegates/gpu/emitter.h"

namespace trireme::gpu {

// A dispatch over `count` vectors, of which an item takes `run` one after another: one on a GPU, many where items are
// loops on cores.
struct Runs {
  int32_t run = 1;
  Extent items{1, 1, 1}, local{1, 1, 1};
};
Runs runsOf(const GpuLimits& limits, int64_t count);

// What every walk over a tensor's rows has, for parameters of these names.
template <class Params>
Runs setRuns(const Emitter& emitter, const Tensor& dst, Params& params) {
  params.channels = int32_t(dst.channels);
  params.vecs = int32_t(dst.vectors(emitter.width()));
  params.count = int32_t(dst.rows * params.vecs);
  const Runs runs = runsOf(emitter.limits(), params.count);
  params.run = runs.run;
  return runs;
}

// "T=f32".
std::string typeVariant(Storage storage);

}  // namespace trireme::gpu
