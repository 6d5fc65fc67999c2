#include <algorithm>

#include "delegates/gpu/emitter.h"

// Where results belong, so that reshapes and concatenations move nothing.
namespace trireme::gpu {
namespace {

constexpr int kDeepest = 64;  // reshapes and concatenations behind each other; a longer chain moves its elements once

}  // namespace

bool isReshape(OpKind op) { return op == OpKind::Reshape || op == OpKind::Squeeze || op == OpKind::ExpandDims; }

// Rows of `from` and of `to` hold the same elements at the same places.
bool Emitter::aliases(const Shape& from, const Shape& to) const {
  if (channelsOf(from) == channelsOf(to)) return true;
  return channelsOf(from) % width() == 0 && channelsOf(to) % width() == 0;
}

std::optional<Tensor> Emitter::asShape(const Tensor& tensor, const Shape& shape) const {
  const bool gapless = tensor.pitch == tensor.channels;
  if (!gapless && tensor.channels != channelsOf(shape)) return std::nullopt;
  if (!aliases(tensor.shape, shape)) return std::nullopt;
  Tensor other = tensor;
  other.shape = shape;
  other.rows = rowsOf(shape);
  other.channels = channelsOf(shape);
  if (gapless) other.pitch = other.channels;
  return other;
}

bool Emitter::share(ValueId from, ValueId to) {
  const Shape& shape = graph().value(to).type.shape;
  if (graph().value(from).isConstant) return false;
  const std::optional<Tensor> there = asShape(read(from), shape);
  if (!there) return false;
  const std::optional<Tensor> wanted = place(to);
  if (wanted && (wanted->root != there->root || wanted->at != there->at)) return false;
  written_[index(to)] = *there;
  return true;
}

std::optional<Tensor> Emitter::denseBorder(ValueId id) {
  const auto output = outputNumber_.find(index(id));
  if (output == outputNumber_.end()) return std::nullopt;
  const TensorType& type = graph().value(id).type;
  if (storageOfValue(id) != *storageOf(type.dtype, Precision::Exact, limits_)) return std::nullopt;
  for (const NodeId consumer : graph().consumers(id)) {
    if (inPartition_.contains(consumer)) return std::nullopt;
  }
  return dense(storageOfValue(id), type.shape, output->second);
}

std::optional<Tensor> Emitter::place(ValueId id) {
  if (placing_ == kDeepest) return std::nullopt;
  ++placing_;
  const std::optional<Tensor> found = placeNow(id);
  --placing_;
  return found;
}

std::optional<Tensor> Emitter::placeNow(ValueId id) {
  const Value& value = graph().value(id);
  if (const auto output = outputNumber_.find(index(id)); output != outputNumber_.end()) {
    if (storageOfValue(id) != *storageOf(value.type.dtype, Precision::Exact, limits_)) return std::nullopt;
    if (channelsOf(value.type.shape) % width() != 0) return std::nullopt;
    return dense(storageOfValue(id), value.type.shape, output->second);
  }
  for (const NodeId consumer : graph().consumers(id)) {
    if (!inPartition_.contains(consumer)) continue;
    const Node& node = graph().node(consumer);
    if (node.op == OpKind::Concatenation) {
      if (std::optional<Tensor> slice = placeInConcatenation(id, node)) return slice;
    }
    if (isReshape(node.op) && node.inputs[0] == id) {
      const std::optional<Tensor> target = place(node.outputs[0]);
      if (!target) continue;
      if (std::optional<Tensor> same = asShape(*target, value.type.shape)) return same;
    }
  }
  return std::nullopt;
}

// The slice of the result that an operand is, if it can be written there at once: whole vectors, and only once.
std::optional<Tensor> Emitter::placeInConcatenation(ValueId id, const Node& node) {
  if (std::count(node.inputs.begin(), node.inputs.end(), id) != 1) return std::nullopt;
  const TensorType& type = graph().value(node.outputs[0]).type;
  const TensorType& operand = graph().value(id).type;
  if (operand.quantization != type.quantization) return std::nullopt;
  const std::optional<Tensor> slice = sliceOf(write(node.outputs[0]), node, id);
  if (!slice) return std::nullopt;
  const bool whole = slice->channels % width() == 0;
  const bool last = slice->at % slice->pitch + roundUp(slice->channels, width()) == slice->pitch;
  if (slice->pitch % width() != 0 || slice->at % width() != 0) return std::nullopt;
  if (!whole && (!last || slice->pitch == slice->channels)) return std::nullopt;
  return slice;
}

std::optional<Tensor> Emitter::sliceOf(const Tensor& whole, const Node& node, ValueId operand) const {
  const Shape& shape = whole.shape;
  int axis = node.as<ConcatenationParams>().axis;
  if (axis < 0) axis += shape.rank();
  int64_t before = 0;
  for (const ValueId id : node.inputs) {
    if (id == operand) break;
    before += graph().value(id).type.shape.dim(axis);
  }
  Tensor slice = whole;
  slice.shape = graph().value(operand).type.shape;
  slice.rows = rowsOf(slice.shape);
  slice.channels = channelsOf(slice.shape);
  if (axis + 1 == shape.rank()) {
    slice.at += before;
    return slice;
  }
  for (int outer = 0; outer < axis; ++outer) {
    if (shape.dim(outer) != 1) return std::nullopt;
  }
  int64_t rows = before;
  for (int inner = axis + 1; inner + 1 < shape.rank(); ++inner) rows *= shape.dim(inner);
  slice.at += rows * whole.pitch;
  return slice;
}

}  // namespace trireme::gpu
