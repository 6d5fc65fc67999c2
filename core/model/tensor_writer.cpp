#include "core/model/tensor_writer.h"

#include <algorithm>
#include <iterator>

namespace trireme::model {
namespace {

constexpr size_t kAlignment = 16;

std::vector<int32_t> narrow(std::span<const int64_t> dims) {
  std::vector<int32_t> result;
  for (const int64_t dim : dims) result.push_back(static_cast<int32_t>(dim));
  return result;
}

// The file's shape has 1 where a dimension is not known, and its shape_signature -1.
std::vector<int64_t> shapeOf(const Value& value) {
  std::vector<int64_t> dims(value.type.shape.dims().begin(), value.type.shape.dims().end());
  std::replace(dims.begin(), dims.end(), kUnknownDim, int64_t{1});
  return dims;
}

// Empty: the same as the shape. What was declared counts only where the shape is still a case of it.
std::vector<int64_t> signatureOf(const Value& value, std::span<const int64_t> shape) {
  const std::span<const int64_t> own = value.type.shape.dims(), declared = value.declared.dims();
  bool fits = own.size() == declared.size();
  for (size_t axis = 0; fits && axis < own.size(); ++axis) {
    fits = declared[axis] == kUnknownDim || (own[axis] != kUnknownDim && declared[axis] == own[axis]);
  }
  const std::span<const int64_t> chosen = fits ? declared : own;
  if (std::ranges::equal(chosen, shape)) return {};
  return {chosen.begin(), chosen.end()};
}

template <class T>
std::vector<std::byte> copyOf(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

uint32_t BufferList::add(std::span<const std::byte> bytes) {
  if (bytes.empty()) return 0;
  const auto [entry, isNew] = known_.try_emplace({bytes.data(), bytes.size()}, static_cast<uint32_t>(list_.size()));
  if (isNew) {
    list_.push_back(bytes);
    bytes_ += bytes.size() + kAlignment;
  }
  return entry->second;
}

uint32_t BufferList::addOwned(std::vector<std::byte> bytes) {
  owned_.push_back(std::make_unique<const std::vector<std::byte>>(std::move(bytes)));
  return add(*owned_.back());
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Buffer>>> BufferList::write(
    flatbuffers::FlatBufferBuilder& builder) const {
  std::vector<flatbuffers::Offset<fb::Buffer>> offsets;
  for (const std::span<const std::byte> bytes : list_) {
    flatbuffers::Offset<flatbuffers::Vector<uint8_t>> data;
    if (!bytes.empty()) {
      builder.ForceVectorAlignment(bytes.size(), 1, kAlignment);
      data = builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    }
    offsets.push_back(fb::CreateBuffer(builder, data));
  }
  return builder.CreateVector(offsets);
}

TensorWriter::TensorWriter(flatbuffers::FlatBufferBuilder& builder, BufferList& buffers, const Graph& graph)
    : builder_(builder), buffers_(buffers), graph_(graph), tensors_(graph.values().size(), -1) {
  for (uint32_t i = 0; i < graph.values().size(); ++i) {
    if (slotOf(ValueId{i}) == nullptr) tensors_[i] = count_++;
  }
  for (const StateSlot& slot : graph.state()) tensors_[index(slot.written)] = tensors_[index(slot.read)];
}

const StateSlot* TensorWriter::slotOf(ValueId written) const {
  const auto found = std::find_if(graph_.state().begin(), graph_.state().end(),
                                  [written](const StateSlot& slot) { return slot.written == written; });
  return found == graph_.state().end() ? nullptr : &*found;
}

std::vector<int32_t> TensorWriter::tensors(std::span<const ValueId> ids) const {
  std::vector<int32_t> result;
  for (const ValueId id : ids) result.push_back(tensor(id));
  return result;
}

std::vector<TensorOffset> TensorWriter::write() {
  std::vector<TensorOffset> offsets;
  for (uint32_t i = 0; i < graph_.values().size(); ++i) {
    if (slotOf(ValueId{i}) != nullptr) continue;
    const auto read = std::find_if(graph_.state().begin(), graph_.state().end(),
                                   [i](const StateSlot& slot) { return slot.read == ValueId{i}; });
    offsets.push_back(writeValue(graph_.values()[i], read == graph_.state().end() ? nullptr : &*read));
  }
  offsets.insert(offsets.end(), extra_.begin(), extra_.end());
  return offsets;
}

TensorOffset TensorWriter::writeValue(const Value& value, const StateSlot* slot) {
  if (slot != nullptr) return writeTensor(value, buffers_.add(slot->initial), true);
  return writeTensor(value, value.isConstant ? buffers_.add(value.constant) : 0, false);
}

TensorOffset TensorWriter::writeTensor(const Value& value, uint32_t buffer, bool isVariable) {
  const auto quantization = writeQuantization(value);
  const std::vector<int64_t> dims = shapeOf(value), declared = signatureOf(value, dims);
  const auto shape = builder_.CreateVector(narrow(dims));
  const auto name = builder_.CreateString(value.name);
  flatbuffers::Offset<flatbuffers::Vector<int32_t>> signature;
  if (!declared.empty()) signature = builder_.CreateVector(narrow(declared));
  fb::TensorBuilder tensor(builder_);
  tensor.add_shape(shape);
  tensor.add_type(static_cast<int8_t>(value.type.dtype));
  tensor.add_buffer(buffer);
  tensor.add_name(name);
  if (!quantization.IsNull()) tensor.add_quantization(quantization);
  tensor.add_is_variable(isVariable);
  if (!signature.IsNull()) tensor.add_shape_signature(signature);
  tensor.add_has_rank(true);
  return tensor.Finish();
}

flatbuffers::Offset<fb::Quantization> TensorWriter::writeQuantization(const Value& value) {
  const Quantization& from = value.type.quantization;
  if (from.scales.empty()) return {};
  if (from.blockSize != 0) return writeBlockwise(value);
  const auto scales = builder_.CreateVector(from.scales);
  const auto zeros = builder_.CreateVector(std::vector<int64_t>(from.zeroPoints.begin(), from.zeroPoints.end()));
  return fb::CreateQuantization(builder_, scales, zeros, fb::QuantizationDetails::NONE, 0, std::max(from.axis, 0));
}

flatbuffers::Offset<fb::Quantization> TensorWriter::writeBlockwise(const Value& value) {
  const Quantization& from = value.type.quantization;
  const auto blocks = static_cast<int64_t>(from.scales.size());
  const int32_t scales = constantTensor(value.name + "/scales", DataType::Float32, copyOf(from.scales), blocks);
  const int32_t zeros = constantTensor(value.name + "/zero_points", DataType::Int32, copyOf(from.zeroPoints), blocks);
  const auto details = fb::CreateBlockwiseQuantization(builder_, scales, zeros, from.blockSize);
  return fb::CreateQuantization(builder_, 0, 0, fb::QuantizationDetails::BlockwiseQuantization, details.Union(),
                                from.axis);
}

// A value that holds these bytes already, or a tensor of its own.
int32_t TensorWriter::constantTensor(std::string name, DataType dtype, std::vector<std::byte> bytes, int64_t elements) {
  for (uint32_t i = 0; i < graph_.values().size(); ++i) {
    const Value& value = graph_.values()[i];
    if (value.isConstant && value.type.dtype == dtype && std::ranges::equal(value.constant, bytes)) return tensors_[i];
  }
  Value value;
  value.name = std::move(name);
  value.type.dtype = dtype;
  value.type.shape = std::move(Shape::create({elements})).value();
  value.declared = value.type.shape;
  extra_.push_back(writeTensor(value, buffers_.addOwned(std::move(bytes)), false));
  return count_ + static_cast<int32_t>(extra_.size()) - 1;
}

}  // namespace trireme::model
