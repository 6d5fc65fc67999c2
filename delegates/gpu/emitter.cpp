#include "delegates/gpu/emitter.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "delegates/gpu/copies.h"
#include "kernels/common/half_float.h"

namespace trireme::gpu {
namespace {

constexpr size_t kLeastAlignment = 256;

size_t alignUp(size_t value, size_t step) { return (value + step - 1) / step * step; }

// Small devices take groups in parts. Programs that fix the size of their groups ask for one that fits.
void fitGroup(Extent& local, uint32_t most) {
  while (uint64_t{local[0]} * local[1] * local[2] > std::max(most, 1u)) {
    uint32_t& longest = *std::max_element(local.begin(), local.end());
    longest = (longest + 1) / 2;
  }
}

// Lanes without an item cost as much as others.
void fillLanes(Extent& local, const Extent& items) {
  while (local[0] > 1 && local[0] / 2 >= items[0]) {
    local[0] /= 2;
    local[1] *= 2;
  }
}

size_t alignmentOf(const GpuLimits& limits) { return std::max(kLeastAlignment, limits.bindingAlignment); }

}  // namespace

Emitter::Emitter(const PartitionView& partition, const GpuLimits& limits, Precision precision, LowerFor purpose)
    : partition_(partition), limits_(limits), precision_(precision), purpose_(purpose) {
  inPartition_.insert(partition.nodes.begin(), partition.nodes.end());
  for (size_t i = 0; i < partition.inputs.size(); ++i) {
    const TensorType& type = graph().value(partition.inputs[i]).type;
    const Storage storage = *storageOf(type.dtype, Precision::Exact, limits);
    Root root{BufferSpec::Kind::Input, uint32_t(i), size_t(type.shape.elements()) * bytesOf(storage)};
    border_[index(partition.inputs[i])] = dense(storage, type.shape, addRoot(root));
  }
  for (size_t i = 0; i < partition.outputs.size(); ++i) {
    const TensorType& type = graph().value(partition.outputs[i]).type;
    const Storage storage = *storageOf(type.dtype, Precision::Exact, limits);
    Root root{BufferSpec::Kind::Output, uint32_t(i), size_t(type.shape.elements()) * bytesOf(storage)};
    outputNumber_[index(partition.outputs[i])] = addRoot(root);
  }
}

uint32_t Emitter::addRoot(Root root) {
  roots_.push_back(root);
  return uint32_t(roots_.size() - 1);
}

Storage Emitter::storageOfValue(ValueId id) const {
  return *storageOf(graph().value(id).type.dtype, precision_, limits_);
}

Tensor Emitter::pitched(Storage storage, const Shape& shape, uint32_t root) const {
  return {root, storage, 0, rowsOf(shape), channelsOf(shape), roundUp(channelsOf(shape), width()), shape};
}
Tensor Emitter::dense(Storage storage, const Shape& shape, uint32_t root) const {
  return {root, storage, 0, rowsOf(shape), channelsOf(shape), channelsOf(shape), shape};
}

Tensor Emitter::read(ValueId id, Layout layout) {
  if (const auto found = written_.find(index(id)); found != written_.end()) return found->second;
  if (graph().value(id).isConstant) return constantTensor(id, layout);
  const auto border = border_.find(index(id));
  TRIREME_CHECK(border != border_.end(), "a call reads what an earlier one wrote, an input or a constant");
  const Tensor& tensor = border->second;
  const bool sameStorage = tensor.storage == storageOfValue(id);
  if (sameStorage && (layout == Layout::Any || tensor.channels % width() == 0)) return tensor;
  if (const auto found = pitchedBorder_.find(index(id)); found != pitchedBorder_.end()) return found->second;
  const Tensor copy = [&] {
    Tensor made = scratch(storageOfValue(id), tensor.rows, tensor.channels);
    made.shape = tensor.shape;
    return made;
  }();
  emitCopy(*this, tensor, copy);
  pitchedBorder_[index(id)] = copy;
  return copy;
}

std::optional<Tensor> Emitter::atBorder(ValueId id) const {
  const auto found = border_.find(index(id));
  return found == border_.end() ? std::nullopt : std::optional(found->second);
}

Tensor Emitter::write(ValueId id, Layout layout) {
  if (const auto found = written_.find(index(id)); found != written_.end()) return found->second;
  Tensor tensor;
  if (const std::optional<Tensor> border = layout == Layout::Any ? denseBorder(id) : std::nullopt) {
    tensor = *border;
  } else if (const std::optional<Tensor> wanted = place(id)) {
    tensor = *wanted;
  } else {
    const Shape& shape = graph().value(id).type.shape;
    tensor = scratch(storageOfValue(id), rowsOf(shape), channelsOf(shape));
    tensor.shape = shape;
  }
  written_[index(id)] = tensor;
  return tensor;
}

Tensor Emitter::scratch(Storage storage, int64_t rows, int64_t channels) {
  Tensor tensor{0, storage, 0, rows, channels, roundUp(channels, width()), {}};
  Root root;
  root.bytes = size_t(rows * tensor.pitch) * bytesOf(storage);
  tensor.root = addRoot(root);
  return tensor;
}

Tensor Emitter::denseScratch(Storage storage, int64_t elements) {
  Root root;
  root.bytes = size_t(elements) * bytesOf(storage);
  return {addRoot(root), storage, 0, 1, elements, elements, {}};
}

// About the bytes that weights will take from here on, so that a chunk is not moved while it grows: constants in
// floats, and something for pad lanes and tables.
size_t Emitter::weightsToCome(size_t now) const {
  size_t elements = 0;
  for (const NodeId id : partition_.nodes) {
    for (const ValueId input : graph().node(id).inputs) {
      if (input == kNoValue || !graph().value(input).isConstant) continue;
      elements += size_t(graph().value(input).type.shape.elements());
    }
  }
  const size_t all = elements * sizeof(float) / 4 * 5;
  return std::max(now, all - std::min(all, lowered_.weightBytes));
}

Tensor Emitter::weights(Storage storage, int64_t count, const Fill& fill) {
  const size_t bytes = size_t(count) * bytesOf(storage);
  std::vector<BufferSpec>& buffers = lowered_.list.buffers;
  const size_t alignment = alignmentOf(limits_);
  const size_t most = std::min(limits_.maxAllocation, limits_.maxBinding) - limits_.readSlack;
  // The last chunk takes it, or a new one does.
  if (buffers.empty() || alignUp(buffers.back().bytes, alignment) + bytes > most) {
    buffers.push_back({BufferSpec::Kind::Weights, uint32_t(buffers.size()), 0});
    lowered_.weights.emplace_back();
    if (purpose_ == LowerFor::Running) lowered_.weights.back().reserve(std::min(most, weightsToCome(bytes)));
  }
  BufferSpec& chunk = buffers.back();
  Root root{BufferSpec::Kind::Weights, chunk.number, bytes, alignUp(chunk.bytes, alignment)};
  chunk.bytes = root.offset + bytes;
  lowered_.weightBytes += bytes;
  if (purpose_ == LowerFor::Running) {
    lowered_.weights.back().resize(chunk.bytes);
    fill(std::span(lowered_.weights.back()).subspan(root.offset, bytes));
  }
  return {addRoot(root), storage, 0, 1, count, count, {}};
}

Tensor Emitter::constantTensor(ValueId id, Layout layout) {
  const auto known = constants_.find({index(id), layout});
  if (known != constants_.end()) return known->second;
  const Value& value = graph().value(id);
  const Storage storage = storageOfValue(id);
  const Shape& shape = value.type.shape;
  Tensor tensor = layout == Layout::Any ? dense(storage, shape, 0) : pitched(storage, shape, 0);
  const size_t from = bytesOf(*storageOf(value.type.dtype, Precision::Exact, limits_)), to = bytesOf(storage);
  const Tensor memory = weights(storage, tensor.rows * tensor.pitch, [&](std::span<std::byte> bytes) {
    for (int64_t row = 0; row < tensor.rows; ++row) {
      const std::byte* source = value.constant.data() + size_t(row * tensor.channels) * from;
      std::byte* target = bytes.data() + size_t(row * tensor.pitch) * to;
      if (from == to) {
        std::copy_n(source, size_t(tensor.channels) * from, target);
        continue;
      }
      for (int64_t c = 0; c < tensor.channels; ++c) {
        float number;
        std::copy_n(source + size_t(c) * from, sizeof number, reinterpret_cast<std::byte*>(&number));
        const uint16_t half = common::halfFromFloat(std::clamp(number, -65504.0f, 65504.0f));
        std::copy_n(reinterpret_cast<const std::byte*>(&half), sizeof half, target + size_t(c) * to);
      }
    }
  });
  tensor.root = memory.root;
  constants_[{index(id), layout}] = tensor;
  return tensor;
}

void Emitter::say(std::string_view words) {
  std::string& why = lowered_.list.calls.back().why;
  why += why.empty() ? "" : "; ";
  why += words;
}

void Emitter::append(KernelKey kernel, std::span<const Tensor> tensors, std::vector<std::byte> params, Extent items,
                     double operations) {
  const ProgramInfo& info = programInfo(kernel.program);
  TRIREME_CHECK(tensors.size() == info.buffers.size(), "a dispatch has a tensor a buffer");
  TRIREME_CHECK(kernel.constants.size() == info.constants.size(), "a dispatch has a value a constant");
  Dispatch dispatch;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& tensor = tensors[i];
    Root& root = roots_[tensor.root];
    const auto now = int64_t(lowered_.list.dispatches.size());
    if (root.first < 0) root.first = now;
    root.last = now;
    // Which root, until finish() knows where it lies.
    dispatch.bindings.push_back({uint16_t(tensor.root), info.buffers[i].written, 0, root.bytes});
    dispatch.bytes += double(tensor.rows * tensor.channels) * double(bytesOf(tensor.storage));
  }
  if (limits_.lanesAcross && kernel.local == smallLocal()) fillLanes(kernel.local, items);
  fitGroup(kernel.local, limits_.maxGroupSize);
  for (size_t d = 0; d < 3; ++d) {
    dispatch.groups[d] = (items[d] + kernel.local[d] - 1) / kernel.local[d];
    if (dispatch.groups[d] <= limits_.maxGroups[d] || !tooMany_.ok()) continue;
    tooMany_ = Status::error(Code::Unsupported,
                             fmt::format("'{}' needs {} groups in one dimension, and the device starts at most {}",
                                         info.name, dispatch.groups[d], limits_.maxGroups[d]));
  }
  dispatch.kernel = std::move(kernel);
  dispatch.params = std::move(params);
  dispatch.call = uint32_t(lowered_.list.calls.size() - 1);
  dispatch.operations = operations;
  lowered_.list.dispatches.push_back(std::move(dispatch));
}

void Emitter::beginCall(std::vector<NodeId> nodes) { lowered_.list.calls.push_back({std::move(nodes), {}}); }

Status Emitter::emit(std::span<const Call> calls) {
  for (const Call& call : calls) TRIREME_TRY(emitCall(call));
  TRIREME_TRY(writeBorder());
  return tooMany_;
}

Status Emitter::emitCall(const Call& call) {
  std::vector<NodeId> nodes;
  if (call.pad) nodes.push_back(*call.pad);
  nodes.push_back(call.node);
  nodes.insert(nodes.end(), call.after.begin(), call.after.end());
  beginCall(std::move(nodes));
  const Lowering* lowering = loweringOf({graph(), node(call), limits_});
  TRIREME_CHECK(lowering, "only nodes that were taken are compiled");
  return lowering->emit(*this, call);
}

// Results that could not be written to the border at once.
Status Emitter::writeBorder() {
  for (const ValueId id : partition_.outputs) {
    const uint32_t root = outputNumber_[index(id)];
    const auto written = written_.find(index(id));
    if (written != written_.end() && written->second.root == root) continue;
    const TensorType& type = graph().value(id).type;
    emitCopy(*this, read(id, Layout::Any), dense(*storageOf(type.dtype, Precision::Exact, limits_), type.shape, root));
  }
  return {};
}

void Emitter::layOut() {
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < roots_.size(); ++i) {
    if (roots_[i].kind == BufferSpec::Kind::Scratch && roots_[i].first >= 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return roots_[a].bytes > roots_[b].bytes; });
  const size_t alignment = alignmentOf(limits_);
  std::vector<uint32_t> placed;  // by offset
  for (const uint32_t number : order) {
    Root& root = roots_[number];
    size_t offset = 0;
    for (const uint32_t other : placed) {
      const Root& there = roots_[other];
      if (there.last < root.first || root.last < there.first) continue;
      if (offset + root.bytes <= there.offset) break;
      offset = std::max(offset, alignUp(there.offset + there.bytes, alignment));
    }
    root.offset = offset;
    const auto after = [&](uint32_t a, uint32_t b) { return roots_[a].offset < roots_[b].offset; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), number, after), number);
    lowered_.scratchBytes = std::max(lowered_.scratchBytes, offset + root.bytes);
  }
}

Result<LoweredPartition> Emitter::finish() {
  if (roots_.size() > UINT16_MAX) {
    return Status::error(
        Code::Unsupported,
        fmt::format("the partition has {} pieces of memory; a dispatch list names {}", roots_.size(), UINT16_MAX));
  }
  layOut();
  std::vector<BufferSpec>& buffers = lowered_.list.buffers;
  std::vector<uint16_t> bufferOf(roots_.size());
  for (size_t i = 0; i < roots_.size(); ++i) {
    const Root& root = roots_[i];
    if (root.kind == BufferSpec::Kind::Weights) bufferOf[i] = uint16_t(root.number);
    if (root.kind != BufferSpec::Kind::Input && root.kind != BufferSpec::Kind::Output) continue;
    bufferOf[i] = uint16_t(buffers.size());
    buffers.push_back({root.kind, root.number, root.bytes});
  }
  const auto scratch = uint16_t(buffers.size());
  if (lowered_.scratchBytes > 0) lowered_.scratchBytes += limits_.readSlack;
  if (lowered_.scratchBytes > 0) buffers.push_back({BufferSpec::Kind::Scratch, 0, lowered_.scratchBytes});
  if (lowered_.scratchBytes > limits_.maxAllocation) {
    return Status::error(Code::Unsupported,
                         fmt::format("the partition's scratch memory of {} bytes is larger than what the "
                                     "device allocates at once, {} bytes",
                                     lowered_.scratchBytes, limits_.maxAllocation));
  }
  for (Dispatch& dispatch : lowered_.list.dispatches) {
    for (Binding& binding : dispatch.bindings) {
      const Root& root = roots_[binding.buffer];
      binding.buffer = root.kind == BufferSpec::Kind::Scratch ? scratch : bufferOf[binding.buffer];
      binding.offset = root.offset;
    }
  }
  markHazards(lowered_.list, limits_.readSlack);
  return std::move(lowered_);
}

}  // namespace trireme::gpu
