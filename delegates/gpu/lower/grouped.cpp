#include "delegates/gpu/lower/grouped.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme::gpu {
namespace {

// [taps][depth][channels padded to whole vectors].
Tensor packGrouped(Emitter& emitter, const reference::Window& w, const FilterWeights& filter, GroupedFilter order) {
  const int64_t taps = w.filterH * w.filterW, pitch = roundUp(w.outC, emitter.width());
  return emitter.weights(Storage::F32, taps * w.filterC * pitch, [&](std::span<std::byte> bytes) {
    auto* to = reinterpret_cast<float*>(bytes.data());
    std::fill_n(to, taps * w.filterC * pitch, 0.0f);
    for (int64_t n = 0; n < w.outC; ++n) {
      for (int64_t tap = 0; tap < taps; ++tap) {
        for (int64_t k = 0; k < w.filterC; ++k) {
          const int64_t from =
              order == GroupedFilter::OutputFirst ? (n * taps + tap) * w.filterC + k : tap * w.outC + n;
          to[(tap * w.filterC + k) * pitch + n] = filter.at(from);
        }
      }
    }
  });
}

}  // namespace

void emitGrouped(Emitter& emitter, const Layer& layer, const reference::Window& w, GroupedFilter order) {
  const Tensor src = layer.read(Layout::Any);
  const Tensor& dst = layer.dst();
  const MatrixJob& job = layer.job();
  const Tensor weights = packGrouped(emitter, w, layer.filter(), order);
  ConvGroupedParams params;
  setWindow(params, w, src, dst);
  params.depth = int32_t(w.filterC);
  params.perGroup = int32_t(w.outC / (w.inC / w.filterC));
  params.chunk = 256;  // 256 * 255 * 255 < 2^24
  const WindowFinish finish = finishWindow(emitter, job, w.outC, src.storage, dst.storage, params);
  const Extent items = {uint32_t(dst.vectors(emitter.width())), uint32_t(w.outW), uint32_t(w.rows())};
  const double operations =
      2.0 * double(w.rows() * w.outW) * double(w.outC * w.filterC) * double(w.filterH * w.filterW);
  emitter.dispatch(Program::ConvGrouped, finish.variant,
                   {params.perGroup % int32_t(emitter.width()) == 0 ? 1 : 0,
                    job.codes ? int32_t(CodeFinish::TwoRoundings) : int32_t(job.floats->kind)},
                   {src, weights, finish.bias, finish.extra, dst}, params, items, emitter.smallLocal(), operations);
  emitter.say(fmt::format("{} groups", w.inC / w.filterC));
}

}  // namespace trireme::gpu
