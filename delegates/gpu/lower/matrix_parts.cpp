#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "delegates/gpu/lower/matrix.h"

namespace trireme::gpu {
namespace {

// Weights may have pad lanes: of 16 in depth, and of a block of channels.
constexpr int64_t kWidest = 16, kWholeBlocks = 128;

size_t mostBytes(const GpuLimits& limits) {
  return std::min(limits.maxAllocation, limits.maxBinding) - limits.readSlack;
}

// 0: not even one block of them.
int64_t channelsAtOnce(const GpuLimits& limits, int64_t taps, int64_t depth) {
  const int64_t elements = int64_t(mostBytes(limits) / sizeof(float)) - kCodeTable;
  const int64_t each = std::max<int64_t>(taps * roundUp(depth, kWidest), 1);
  return std::max<int64_t>(elements, 0) / each / kWholeBlocks * kWholeBlocks;
}

}  // namespace

Support withWeights(Support support, const LowerQuery& query, const reference::WeightedOperands& operands,
                    Weights how) {
  const Shape& filter = reference::inputType(query.graph, query.node, operands.filter).shape;
  const int64_t elements = filter.elements(), depth = channelsOf(filter);
  if (!support.ok() || elements == 0) return support;
  const int64_t channels = filter.dim(operands.channelAxis);
  const size_t most = mostBytes(query.limits);
  if (how == Weights::InParts) {
    return std::move(support.require(
        channelsAtOnce(query.limits, elements / channels / depth, depth) > 0, ReasonCode::Memory,
        fmt::format("{} weights of each of {} channels: the device binds {} bytes, too few for {} channels",
                    elements / channels, channels, most, kWholeBlocks)));
  }
  const int64_t bytes = elements / depth * roundUp(depth, kWidest) * int64_t(sizeof(float));
  return std::move(
      support.require(bytes <= int64_t(most), ReasonCode::Memory,
                      fmt::format("the weights take {} bytes with pad lanes; the device binds {}", bytes, most)));
}

void emitMatrix(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& whole, const Tensor& src,
                const Tensor& dst, const WeightRow& rows) {
  const int64_t most = channelsAtOnce(emitter.limits(), whole.tapsY * whole.tapsX, whole.depth);
  if (whole.channels <= most) {
    emitMatrixAtOnce(emitter, job, whole, src, dst, rows);
    return;
  }
  TRIREME_CHECK(most > 0, "a layer is taken where some channels of it fit");
  emitter.say(fmt::format("weights in {} parts, for the device binds {} bytes", (whole.channels + most - 1) / most,
                          mostBytes(emitter.limits())));
  for (int64_t first = 0; first < whole.channels; first += most) {
    MatrixGeometry part = whole;
    part.channels = std::min(most, whole.channels - first);
    part.dstAt += first;
    CodeFinish codes;
    if (job.codes) codes = finishOf(*job.codes, first, part.channels);
    MatrixJob some = job;
    some.codes = job.codes ? &codes : nullptr;
    some.first = job.first + first;
    emitMatrixAtOnce(emitter, some, part, src, dst,
                     [&](int64_t channel, int64_t tap, std::span<float> row) { rows(first + channel, tap, row); });
  }
}

}  // namespace trireme::gpu
