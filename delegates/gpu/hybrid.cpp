#include "delegates/gpu/hybrid.h"

namespace trireme::gpu {
namespace {

constexpr int64_t kMostRuns = 64;  // items an image that look for its range

}  // namespace

Support supportsHybrid(const GpuLimits& limits) {
  return Support().require(
      limits.float64, ReasonCode::FeatureLevel,
      "float activations with int8 weights: the device has no double precision, which their ranges need");
}

HybridCodes emitHybridCodes(Emitter& emitter, const Tensor& src, int64_t imageRows, bool asymmetric) {
  const uint32_t width = emitter.width();
  const int64_t images = src.rows / imageRows;
  const int64_t runRows = (imageRows + kMostRuns - 1) / kMostRuns, runs = (imageRows + runRows - 1) / runRows;
  const std::string storage(storageName(src.storage));
  const Tensor partials = emitter.scratch(Storage::F32, images * runs * 2, width);
  HybridPartialsParams partial;
  partial.images = int32_t(images);
  partial.rows = int32_t(imageRows);
  partial.runs = int32_t(runs);
  partial.runRows = int32_t(runRows);
  partial.srcAt = int32_t(src.at);
  partial.pitch = int32_t(src.pitch);
  partial.vectors = int32_t(src.vectors(width));
  emitter.dispatch(Program::HybridPartials, "D=" + storage, {}, {src, partials}, partial,
                   {uint32_t(runs), uint32_t(images), 1}, {1, 1, 1}, 0);

  HybridCodes result;
  result.imageRows = imageRows;
  result.ranges = emitter.scratch(Storage::F32, images, 4);
  result.ranges.pitch = 4;
  HybridRangeParams range;
  range.images = int32_t(images);
  range.runs = int32_t(runs);
  range.asymmetric = asymmetric ? 1 : 0;
  emitter.dispatch(Program::HybridRange, "", {}, {partials, result.ranges}, range, {uint32_t(images), 1, 1}, {1, 1, 1},
                   0);

  result.codes = emitter.scratch(Storage::F32, src.rows, src.channels);
  result.codes.shape = src.shape;
  HybridCodesParams codes;
  codes.rows = int32_t(src.rows);
  codes.imageRows = int32_t(imageRows);
  codes.vectors = int32_t(src.vectors(width));
  codes.channels = int32_t(src.channels);
  codes.srcAt = int32_t(src.at);
  codes.srcPitch = int32_t(src.pitch);
  codes.dstPitch = int32_t(result.codes.pitch);
  codes.low = asymmetric ? -128.0f : -127.0f;
  emitter.dispatch(Program::HybridCodes, "S=" + storage, {}, {src, result.ranges, result.codes}, codes,
                   {uint32_t(codes.vectors), uint32_t(src.rows), 1}, emitter.smallLocal(), 0);
  return result;
}

void emitHybridFinish(Emitter& emitter, const Tensor& sums, const Tensor& ranges, int64_t imageRows,
                      const HybridScales& scales, const Tensor& dst) {
  const uint32_t width = emitter.width();
  const auto lanes = size_t(roundUp(dst.channels, width));
  std::vector<float> channelScales(lanes), bias(lanes);
  for (size_t c = 0; c < size_t(dst.channels); ++c) {
    channelScales[c] = scales.scales[scales.scales.size() == 1 ? 0 : c];
    if (!scales.bias.empty()) bias[c] = scales.bias[c];
  }
  HybridFinishParams params;
  params.rows = int32_t(dst.rows);
  params.imageRows = int32_t(imageRows);
  params.vectors = int32_t(dst.vectors(width));
  params.channels = int32_t(dst.channels);
  params.srcAt = int32_t(sums.at);
  params.srcPitch = int32_t(sums.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.low = scales.low;
  params.high = scales.high;
  const std::string variant = "D=" + std::string(storageName(dst.storage));
  emitter.dispatch(
      Program::HybridFinish, variant, {},
      {sums, ranges, emitter.weights(Storage::F32, channelScales), emitter.weights(Storage::F32, bias), dst}, params,
      {uint32_t(params.vectors), uint32_t(dst.rows), 1}, emitter.smallLocal(), 0);
}

}  // namespace trireme::gpu
