#include <fmt/format.h>

#include <cstring>

#include "delegates/gpu/lower/families.h"
#include "delegates/gpu/lower/moves.h"

namespace trireme::gpu {
namespace {

constexpr size_t kMostPieces = 27;  // of a mirrored tensor: three axes

Taking takingOfPad(const Graph& graph, const Node& node) {
  const Shape& in = graph.value(node.inputs[0]).type.shape;
  const reference::Steering steering = steeringOf(graph, node, {1});
  Taking taking;
  for (int axis = 0; axis < in.rank(); ++axis) {
    taking.axes.push_back({axis, 0, 1, steering[0][2 * axis], in.dim(axis)});
  }
  return taking;
}

template <class T>
double valueOf(const Value& value) {
  T element;
  std::memcpy(&element, value.constant.data(), sizeof element);
  return double(element);
}

// PADV2's value, or the result's zero.
double fillOf(const Graph& graph, const Node& node) {
  const TensorType& type = graph.value(node.outputs[0]).type;
  if (node.inputs.size() < 3 || node.inputs[2] == kNoValue) {
    const bool codes = type.dtype == DataType::Int8 || type.dtype == DataType::UInt8 || type.dtype == DataType::Int16;
    return codes && !type.quantization.zeroPoints.empty() ? type.quantization.zeroPoints[0] : 0;
  }
  const Value& value = graph.value(node.inputs[2]);
  switch (type.dtype) {
    case DataType::Float32:
      return valueOf<float>(value);
    case DataType::Int8:
      return valueOf<int8_t>(value);
    case DataType::Int16:
      return valueOf<int16_t>(value);
    case DataType::Int32:
      return valueOf<int32_t>(value);
    default:
      return valueOf<uint8_t>(value);
  }
}

// A stretch of the result's axis: `count` positions from `to` on show those of the source from `start` on.
struct Stretch {
  int64_t to = 0, count = 0, start = 0, stride = 1;
};
std::vector<std::vector<Stretch>> stretchesOf(const Graph& graph, const Node& node) {
  const Shape& in = graph.value(node.inputs[0]).type.shape;
  const reference::Steering steering = steeringOf(graph, node, {1});
  const int64_t edge = node.as<MirrorPadParams>().mode == MirrorPadMode::Reflect ? 1 : 0;
  std::vector<std::vector<Stretch>> axes;
  for (int axis = 0; axis < in.rank(); ++axis) {
    const int64_t before = steering[0][2 * axis], after = steering[0][2 * axis + 1], dim = in.dim(axis);
    std::vector<Stretch> stretches = {{before, dim, 0, 1}};
    if (before > 0) stretches.push_back({0, before, before - 1 + edge, -1});
    if (after > 0) stretches.push_back({before + dim, after, dim - 1 - edge, -1});
    axes.push_back(std::move(stretches));
  }
  return axes;
}

size_t piecesOf(const std::vector<std::vector<Stretch>>& axes) {
  size_t pieces = 1;
  for (const auto& stretches : axes) pieces *= stretches.size();
  return pieces;
}

void emitMirrored(Emitter& emitter, const Tensor& src, const Tensor& dst, std::span<const Stretch> stretches) {
  const std::vector<int64_t> from = stepsOf(src), to = stepsOf(dst);
  CopyJob job;
  job.src = src;
  job.dst = dst;
  for (size_t i = 0; i < stretches.size(); ++i) {
    job.srcAt += stretches[i].start * from[i];
    job.dstAt += stretches[i].to * to[i];
    job.axes.push_back(plainAxis(stretches[i].count, stretches[i].stride * from[i], to[i]));
  }
  if (job.axes.empty()) job.axes.push_back(plainAxis(1, 1, 1));
  emitCopyJob(emitter, job);
}

}  // namespace

Support supportsPad(const LowerQuery& query) {
  const Node& node = query.node;
  const bool given = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
  Support support = given ? needsConstants(query, {1, 2}) : needsConstants(query, {1});
  if (!support.ok()) return support;
  return fitsMove(query.graph.value(node.inputs[0]).type.shape, query.graph.value(node.outputs[0]).type.shape,
                  takingOfPad(query.graph, node));
}

Status emitPad(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Graph& graph = emitter.graph();
  emitMove(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any),
           takingOfPad(graph, node), fillOf(graph, node));
  return {};
}

Support supportsMirrorPad(const LowerQuery& query) {
  Support support = needsConstants(query, {1});
  if (!support.ok()) return support;
  const size_t pieces = piecesOf(stretchesOf(query.graph, query.node));
  support.require(pieces <= kMostPieces, ReasonCode::Parameter,
                  fmt::format("mirrors the tensor into {} pieces; at most {} are copied", pieces, kMostPieces));
  const Shape& out = query.graph.value(query.node.outputs[0]).type.shape;
  return std::move(support).require(out.rank() <= int(kMostCopyAxes), ReasonCode::Rank,
                                    fmt::format("rank {}; the copy program has {} axes", out.rank(), kMostCopyAxes));
}

// Piece by piece: every stretch of an axis with every one of the others.
Status emitMirrorPad(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  const Tensor src = emitter.read(node.inputs[0], Layout::Any), dst = emitter.write(call.output, Layout::Any);
  const auto axes = stretchesOf(emitter.graph(), node);
  for (size_t piece = 0; piece < piecesOf(axes); ++piece) {
    std::vector<Stretch> stretches;
    size_t rest = piece;
    for (const auto& some : axes) {
      stretches.push_back(some[rest % some.size()]);
      rest /= some.size();
    }
    emitMirrored(emitter, src, dst, stretches);
  }
  zeroPadLanes(emitter, dst);
  return {};
}

}  // namespace trireme::gpu
