#pragma once

#include <map>

#include "core/model/schema.h"
#include "trireme/graph.h"

namespace trireme::model {

// The file's list of buffers: one for each piece of memory, however many tensors share it. Number 0 is empty.
class BufferList {
 public:
  uint32_t add(std::span<const std::byte> bytes);   // `bytes` outlive the list
  uint32_t addOwned(std::vector<std::byte> bytes);  // the list keeps them
  size_t bytes() const { return bytes_; }
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Buffer>>> write(
      flatbuffers::FlatBufferBuilder& builder) const;

 private:
  std::vector<std::span<const std::byte>> list_{{}};
  std::vector<std::unique_ptr<const std::vector<std::byte>>> owned_;
  std::map<std::pair<const std::byte*, size_t>, uint32_t> known_;
  size_t bytes_ = 0;
};

using TensorOffset = flatbuffers::Offset<fb::Tensor>;

// A graph's values as the file's tensors. What a state slot writes has none of its own: the file changes the slot's
// tensor in place.
class TensorWriter {
 public:
  TensorWriter(flatbuffers::FlatBufferBuilder& builder, BufferList& buffers, const Graph& graph);
  int32_t tensor(ValueId id) const { return id == kNoValue ? -1 : tensors_[index(id)]; }
  std::vector<int32_t> tensors(std::span<const ValueId> ids) const;
  // The slot whose value `id` is after its node ran; null: none.
  const StateSlot* slotOf(ValueId written) const;
  std::vector<TensorOffset> write();

 private:
  TensorOffset writeValue(const Value& value, const StateSlot* slot);
  TensorOffset writeTensor(const Value& value, uint32_t buffer, bool isVariable);
  flatbuffers::Offset<fb::Quantization> writeQuantization(const Value& value);
  flatbuffers::Offset<fb::Quantization> writeBlockwise(const Value& value);
  int32_t constantTensor(std::string name, DataType dtype, std::vector<std::byte> bytes, int64_t elements);

  flatbuffers::FlatBufferBuilder& builder_;
  BufferList& buffers_;
  const Graph& graph_;
  std::vector<int32_t> tensors_;  // of each value
  int32_t count_ = 0;
  std::vector<TensorOffset> extra_;  // scales and zero points of blocks, behind the values
};

}  // namespace trireme::model
