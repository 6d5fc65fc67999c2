#include <fmt/format.h>

#include <cstdlib>

#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/moves.h"
#include "kernels/reference/resize_taps.h"

namespace trireme::gpu {
namespace {

struct Axes {
  reference::Sampling down, across;
};
Axes axesOf(const Graph& graph, const Node& node) {
  const Shape& in = graph.value(node.inputs[0]).type.shape;
  const Shape& out = graph.value(node.outputs[0]).type.shape;
  const auto& params = node.as<ResizeParams>();
  return {{in.dim(1), out.dim(1), params.alignCorners, params.halfPixelCenters},
          {in.dim(2), out.dim(2), params.alignCorners, params.halfPixelCenters}};
}

// Lines and columns of the source, and the weights of the later ones.
template <class Weight, class Stored>
struct Taps {
  std::vector<int32_t> places;
  std::vector<Stored> weights;
  explicit Taps(const Axes& axes) {
    for (const reference::Sampling& sampling : {axes.down, axes.across}) {
      const auto taps = reference::tapsOf<Weight>(sampling);
      for (const auto& tap : taps) places.push_back(int32_t(tap.lower));
      for (const auto& tap : taps) places.push_back(int32_t(tap.upper));
      for (const auto& tap : taps) weights.push_back(Stored(tap.weight));
    }
  }
};

// How much larger than one code a sum of codes can be, in 1024ths: coordinates in 1024ths drift in long axes.
int64_t largestSum(const reference::Sampling& sampling) {
  int64_t largest = 0;
  for (const auto& tap : reference::tapsOf<int64_t>(sampling)) {
    largest = std::max(largest, std::abs(1024 - tap.weight) + std::abs(tap.weight));
  }
  return largest;
}

template <class Params>
Extent setImages(const Emitter& emitter, const Tensor& src, const Tensor& dst, Params& params) {
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.srcLine = int32_t(src.shape.dim(2) * src.pitch);
  params.srcImage = int32_t(src.shape.dim(1) * params.srcLine);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.images = int32_t(dst.shape.dim(0));
  params.outHeight = int32_t(dst.shape.dim(1));
  params.outWidth = int32_t(dst.shape.dim(2));
  params.vectors = int32_t(dst.vectors(emitter.width()));
  params.run = emitter.limits().cores ? params.vectors : 1;
  return {uint32_t((params.vectors + params.run - 1) / params.run), uint32_t(params.outWidth),
          uint32_t(params.images * params.outHeight)};
}

template <class Weight, class Stored>
void emitBilinear(Emitter& emitter, const Tensor& src, const Tensor& dst, const Axes& axes) {
  const Taps<Weight, Stored> taps(axes);
  const Storage stored = std::is_same_v<Stored, float> ? Storage::F32 : Storage::I32;
  const Tensor places = emitter.weights(Storage::I32, taps.places), weights = emitter.weights(stored, taps.weights);
  ResizeBilinearParams params;
  const Extent items = setImages(emitter, src, dst, params);
  emitter.dispatch(Program::ResizeBilinear, fmt::format("D={} W={}", storageName(dst.storage), storageName(stored)), {},
                   {src, places, weights, dst}, params, items, emitter.smallLocal(),
                   8.0 * double(dst.rows) * double(dst.channels));
}

}  // namespace

Support supportsResize(const LowerQuery& query) {
  Support support = needsConstants(query, {1});
  const DataType dtype = query.graph.value(query.node.inputs[0]).type.dtype;
  const bool codes = dtype == DataType::Int8 || dtype == DataType::Int16;
  if (!support.ok() || query.node.op == OpKind::ResizeNearestNeighbor || !codes) return support;
  constexpr int64_t kMost = 8000000;  // times 255, and a half, fits 31 bits
  const Axes axes = axesOf(query.graph, query.node);
  return std::move(support).require(largestSum(axes.down) * largestSum(axes.across) <= kMost, ReasonCode::Limit,
                                    "the weights of the far end leave 32 bits");
}

Status emitResizeBilinear(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  const Axes axes = axesOf(emitter.graph(), node);
  if (dst.storage == Storage::I8 || dst.storage == Storage::I16) {
    emitBilinear<int64_t, int32_t>(emitter, src, dst, axes);
  } else {
    emitBilinear<float, float>(emitter, src, dst, axes);
  }
  return {};
}

Status emitResizeNearest(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[0]), dst = emitter.write(call.output);
  const Axes axes = axesOf(emitter.graph(), node);
  std::vector<int32_t> positions;
  for (const reference::Sampling& sampling : {axes.down, axes.across}) {
    for (int64_t i = 0; i < sampling.out; ++i) positions.push_back(int32_t(reference::nearest(sampling, i)));
  }
  const Tensor places = emitter.weights(Storage::I32, positions);
  PickPixelsParams params;
  const Extent items = setImages(emitter, src, dst, params);
  constexpr std::string_view kVariants[] = {"", "D=i8", "D=i16", "", "D=i32"};
  emitter.dispatch(Program::PickPixels, kVariants[bytesOf(dst.storage)], {}, {src, places, dst}, params, items,
                   emitter.smallLocal(), 0);
  return {};
}

}  // namespace trireme::gpu
