#include "tests/unit/core/model/file_editor.h"

#include <deque>

namespace trireme {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

Offset<fb::Tensor> write(FlatBufferBuilder& builder, const HandMade::Tensor& tensor) {
  Offset<fb::Quantization> quantization;
  if (tensor.hasQuantization || !tensor.scales.empty()) {
    quantization = fb::CreateQuantizationDirect(builder, &tensor.scales, &tensor.zeroPoints,
                                                fb::QuantizationDetails::NONE, 0, tensor.axis);
  }
  Offset<fb::Sparsity> sparsity;
  if (tensor.sparse) sparsity = fb::CreateSparsity(builder);
  const auto* signature = tensor.signature.empty() ? nullptr : &tensor.signature;
  return fb::CreateTensorDirect(builder, &tensor.shape, tensor.type, tensor.buffer, tensor.name.c_str(), quantization,
                                tensor.isVariable, sparsity, signature, true, tensor.externalBuffer);
}

Offset<fb::Operator> write(FlatBufferBuilder& builder, const HandMade::Operator& node) {
  Offset<void> options;
  if (node.options) options = node.options(builder);
  const auto inputs = builder.CreateVector(node.inputs), outputs = builder.CreateVector(node.outputs);
  const auto custom = builder.CreateVector(node.custom), mutating = builder.CreateVector(node.mutating);
  const auto intermediates = builder.CreateVector(node.intermediates);
  return fb::CreateOperator(builder, node.code, inputs, outputs, node.type, options, custom, mutating, intermediates,
                            node.largeOffset, node.largeSize);
}

Offset<fb::SubGraph> write(FlatBufferBuilder& builder, const HandMade::SubGraph& graph);
Offset<fb::OperatorCode> write(FlatBufferBuilder& builder, const HandMade::Code& code);
Offset<fb::Buffer> write(FlatBufferBuilder& builder, const HandMade::Buffer& buffer);
Offset<fb::Metadata> write(FlatBufferBuilder& builder, const HandMade::Metadata& entry);
Offset<fb::SignatureDef> write(FlatBufferBuilder& builder, const HandMade::Signature& signature);

template <class T>
auto writeAll(FlatBufferBuilder& builder, const std::vector<T>& parts) {
  std::vector<decltype(write(builder, parts[0]))> offsets;
  for (const T& part : parts) offsets.push_back(write(builder, part));
  return builder.CreateVector(offsets);
}

Offset<fb::SubGraph> write(FlatBufferBuilder& builder, const HandMade::SubGraph& graph) {
  const auto tensors = writeAll(builder, graph.tensors);
  const auto operators = writeAll(builder, graph.operators);
  const auto inputs = builder.CreateVector(graph.inputs), outputs = builder.CreateVector(graph.outputs);
  return fb::CreateSubGraph(builder, tensors, inputs, outputs, operators);
}

Offset<fb::OperatorCode> write(FlatBufferBuilder& builder, const HandMade::Code& code) {
  return fb::CreateOperatorCodeDirect(builder, code.old, code.custom.c_str(), code.version, code.code);
}

Offset<fb::Buffer> write(FlatBufferBuilder& builder, const HandMade::Buffer& buffer) {
  return fb::CreateBufferDirect(builder, &buffer.data, buffer.offset, buffer.size);
}

Offset<fb::Metadata> write(FlatBufferBuilder& builder, const HandMade::Metadata& entry) {
  return fb::CreateMetadataDirect(builder, entry.name.c_str(), entry.buffer);
}

Offset<fb::SignatureDef> write(FlatBufferBuilder& builder, const HandMade::Signature& signature) {
  const std::vector inputs{fb::CreateTensorMapDirect(builder, "in", signature.input)};
  const std::vector outputs{fb::CreateTensorMapDirect(builder, "out", signature.output)};
  return fb::CreateSignatureDefDirect(builder, &inputs, &outputs, signature.key.c_str(), signature.subgraph);
}

}  // namespace

std::vector<std::byte> HandMade::file() const {
  FlatBufferBuilder builder;
  const auto operatorCodes = writeAll(builder, codes);
  const auto graphs = writeAll(builder, subgraphs);
  const auto bufferList = writeAll(builder, buffers);
  const auto metadataList = writeAll(builder, metadata);
  const auto signatureList = writeAll(builder, signatures);
  builder.Finish(fb::CreateModel(builder, version, operatorCodes, graphs, 0, bufferList, metadataList, signatureList),
                 identifier.c_str());
  const auto bytes = std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize()));
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  file.insert(file.end(), behind.begin(), behind.end());
  return file;
}

LoadedModel load(std::vector<std::byte> file) {
  static std::deque<std::vector<std::byte>> kept;
  kept.push_back(std::move(file));
  return Model::fromBuffer(kept.back());
}
LoadedModel load(const HandMade& made) { return load(made.file()); }

std::string refusal(std::vector<std::byte> file) {
  const LoadedModel model = load(std::move(file));
  if (model.ok()) return "loaded";
  const Status status = model.status();
  return (status.code() == Code::InvalidModel ? "" : "not InvalidModel: ") + std::string(status.message());
}
std::string refusal(const HandMade& made) { return refusal(made.file()); }

}  // namespace trireme
