#include "core/model/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <tuple>

#include "core/graph/op_table.h"
#include "core/model/bodies.h"
#include "core/model/params.h"
#include "core/model/place.h"
#include "core/model/tensor_writer.h"
#include "core/model/zip.h"

namespace trireme::model {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
template <class T>
using Vector = flatbuffers::Vector<T>;

constexpr uint32_t kVersion = 3;
constexpr int32_t kMaxOldCode = 127;  // the largest operator code that the file's older, one-byte field can say
constexpr size_t kMaxFileBytes = size_t{1} << 31;
constexpr size_t kMaxTensorDim = std::numeric_limits<int32_t>::max();

Status refused(Code code, std::string sentence) { return Status::error(code, std::move(sentence)); }

// The file's table of operator codes, in the order in which nodes first name them.
class OperatorCodes {
 public:
  uint32_t add(const Node& node) {
    const auto* custom = std::get_if<CustomParams>(&node.params);
    const bool isCustom = graph::opLine(node.op).code == graph::opLine(OpKind::Custom).code;
    std::string name(custom != nullptr ? custom->name : isCustom ? std::string(opName(node.op)) : std::string());
    const auto [entry, isNew] = known_.try_emplace({node.op, node.version, name}, static_cast<uint32_t>(list_.size()));
    if (isNew) list_.push_back({graph::opLine(node.op).code, node.version, std::move(name)});
    return entry->second;
  }
  Offset<Vector<Offset<fb::OperatorCode>>> write(FlatBufferBuilder& builder) const {
    std::vector<Offset<fb::OperatorCode>> offsets;
    for (const Line& line : list_) {
      const auto name = line.name.empty() ? Offset<flatbuffers::String>() : builder.CreateString(line.name);
      const auto old = static_cast<int8_t>(std::min(line.code, kMaxOldCode));
      offsets.push_back(fb::CreateOperatorCode(builder, old, name, line.version, line.code));
    }
    return builder.CreateVector(offsets);
  }

 private:
  struct Line {
    int32_t code;
    int32_t version;
    std::string name;
  };
  std::vector<Line> list_;
  std::map<std::tuple<OpKind, uint16_t, std::string>, uint32_t> known_;
};

// The inputs whose variable a node changes in place; its outputs end with what it writes to them.
struct InPlaceInputs {
  std::vector<uint8_t> marks;  // one an input; empty: none
  size_t outputs = 0;          // of the node, without what it writes to variables
};
Result<InPlaceInputs> inPlaceInputs(const Node& node, const TensorWriter& tensors) {
  InPlaceInputs result;
  std::vector<ValueId> expected;
  for (const ValueId input : node.inputs) {
    bool mark = false;
    for (const ValueId output : node.outputs) {
      const StateSlot* slot = tensors.slotOf(output);
      if (slot == nullptr || slot->read != input) continue;
      mark = true;
      expected.push_back(output);
    }
    result.marks.push_back(mark ? 1 : 0);
  }
  if (expected.empty()) result.marks.clear();
  result.outputs = node.outputs.size() - std::min(expected.size(), node.outputs.size());
  const std::span<const ValueId> outputs(node.outputs);
  const auto isSlot = [&](ValueId id) { return tensors.slotOf(id) != nullptr; };
  if (!std::ranges::equal(outputs.subspan(result.outputs), expected) ||
      std::ranges::any_of(outputs.first(result.outputs), isSlot)) {
    return refused(Code::Unsupported, "a file can say state only of a node that reads the slot which it writes");
  }
  return result;
}

class ModelWriter {
 public:
  ModelWriter(std::span<const Graph> subgraphs, std::span<const Signature> signatures, const WriterOptions& options)
      : subgraphs_(subgraphs), signatures_(signatures), options_(options) {}

  Result<std::vector<std::byte>> write() {
    TRIREME_TRY(checkSizes());
    std::vector<Offset<fb::SubGraph>> subgraphs;
    for (size_t i = 0; i < subgraphs_.size(); ++i) {
      auto written = writeSubgraph(subgraphs_[i]);
      if (!written.ok()) return written.status().during(fmt::format("subgraph {}", i));
      subgraphs.push_back(written.value());
    }
    TRIREME_ASSIGN(const auto signatures, writeSignatures());
    const auto description = builder_.CreateString(options_.description);
    const auto graphs = builder_.CreateVector(subgraphs);
    const auto codes = codes_.write(builder_);
    const auto buffers = buffers_.write(builder_);
    builder_.Finish(fb::CreateModel(builder_, kVersion, codes, graphs, description, buffers, 0, signatures),
                    fb::ModelIdentifier());
    const auto bytes = std::as_bytes(std::span(builder_.GetBufferPointer(), builder_.GetSize()));
    std::vector<std::byte> file(bytes.begin(), bytes.end());
    std::vector<StoredFile> attached;
    for (const AttachedFile& attachment : options_.attachments) attached.push_back({attachment.name, attachment.bytes});
    TRIREME_TRY(appendZip(file, attached));
    return file;
  }

 private:
  Status checkSizes() const {
    if (subgraphs_.empty()) return refused(Code::InvalidArgument, "a model needs a subgraph");
    size_t bytes = 0;
    for (const Graph& graph : subgraphs_) {
      for (const Value& value : graph.values()) {
        bytes += value.constant.size() + value.name.size() + 256;
        for (const int64_t dim : value.type.shape.dims()) {
          if (dim > static_cast<int64_t>(kMaxTensorDim)) {
            return refused(Code::InvalidArgument, fmt::format("dimension {} of '{}' is too large", dim, value.name));
          }
        }
      }
      bytes += graph.nodes().size() * 256;
    }
    if (bytes < kMaxFileBytes) return {};
    return refused(Code::Unsupported, fmt::format("a model of {} bytes; files above 2 GiB are not written", bytes));
  }

  Result<Offset<fb::SubGraph>> writeSubgraph(const Graph& graph) {
    TensorWriter tensors(builder_, buffers_, graph);
    std::vector<Offset<fb::Operator>> operators;
    for (size_t i = 0; i < graph.nodes().size(); ++i) {
      auto written = writeNode(graph.nodes()[i], tensors);
      if (!written.ok()) return written.status().during(fmt::format("node {} {}", i, opName(graph.nodes()[i].op)));
      operators.push_back(written.value());
    }
    const auto list = builder_.CreateVector(tensors.write());
    const auto inputs = builder_.CreateVector(tensors.tensors(graph.inputs()));
    const auto outputs = builder_.CreateVector(tensors.tensors(graph.outputs()));
    const auto nodes = builder_.CreateVector(operators);
    return fb::CreateSubGraph(builder_, list, inputs, outputs, nodes, builder_.CreateString(graph.name()));
  }

  Result<Offset<fb::Operator>> writeNode(const Node& node, const TensorWriter& tensors) {
    for (const SubgraphId body : node.bodies) {
      if (index(body) >= subgraphs_.size()) {
        return refused(Code::InvalidArgument, fmt::format("it runs subgraph {} of {}", index(body), subgraphs_.size()));
      }
    }
    TRIREME_ASSIGN(const InPlaceInputs inPlace, inPlaceInputs(node, tensors));
    TRIREME_ASSIGN(const WrittenParams params, writeParams(builder_, node));
    const WrittenBodies bodies = writeBodies(builder_, node.op, node.bodies);
    const auto inputs = builder_.CreateVector(tensors.tensors(node.inputs));
    const auto outputs = builder_.CreateVector(tensors.tensors(std::span(node.outputs).first(inPlace.outputs)));
    const auto intermediates = optional(tensors.tensors(node.intermediates));
    const auto marks = optional(inPlace.marks);
    const auto custom = customBytes(params.custom);
    fb::OperatorBuilder result(builder_);
    result.add_opcode_index(codes_.add(node));
    result.add_inputs(inputs);
    result.add_outputs(outputs);
    const bool hasParams = params.type != fb::BuiltinOptions::NONE;
    result.add_builtin_options_type(hasParams ? params.type : bodies.type);
    result.add_builtin_options(hasParams ? params.table : bodies.options);
    if (!custom.IsNull()) result.add_custom_options(custom);
    if (!marks.IsNull()) result.add_mutating_variable_inputs(marks);
    if (!intermediates.IsNull()) result.add_intermediates(intermediates);
    result.add_builtin_options_2_type(bodies.type2);
    result.add_builtin_options_2(bodies.options2);
    return result.Finish();
  }

  template <class T>
  Offset<Vector<T>> optional(const std::vector<T>& elements) {
    return elements.empty() ? Offset<Vector<T>>() : builder_.CreateVector(elements);
  }

  Offset<Vector<uint8_t>> customBytes(const std::vector<std::byte>& bytes) {
    if (bytes.empty()) return {};
    builder_.ForceVectorAlignment(bytes.size(), 1, 16);  // as the numbers in it may want
    return builder_.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }

  Result<Offset<Vector<Offset<fb::SignatureDef>>>> writeSignatures() {
    std::vector<Offset<fb::SignatureDef>> offsets;
    for (const Signature& signature : signatures_) {
      const uint32_t subgraph = index(signature.subgraph);
      if (subgraph >= subgraphs_.size()) {
        return refused(Code::InvalidArgument, fmt::format("signature '{}' is of subgraph {} of {}", signature.key,
                                                          subgraph, subgraphs_.size()));
      }
      const TensorWriter tensors(builder_, buffers_, subgraphs_[subgraph]);
      TRIREME_ASSIGN(const auto inputs, writeMap(signature.inputs, tensors, subgraphs_[subgraph]));
      TRIREME_ASSIGN(const auto outputs, writeMap(signature.outputs, tensors, subgraphs_[subgraph]));
      const auto key = builder_.CreateString(signature.key);
      offsets.push_back(fb::CreateSignatureDef(builder_, inputs, outputs, key, subgraph));
    }
    if (offsets.empty()) return Offset<Vector<Offset<fb::SignatureDef>>>();
    return builder_.CreateVector(offsets);
  }

  using Names = std::vector<std::pair<std::string, ValueId>>;
  Result<Offset<Vector<Offset<fb::TensorMap>>>> writeMap(const Names& names, const TensorWriter& tensors,
                                                         const Graph& graph) {
    std::vector<Offset<fb::TensorMap>> offsets;
    for (const auto& [name, value] : names) {
      if (index(value) >= graph.values().size()) {
        return refused(Code::InvalidArgument, fmt::format("signature entry '{}' is value {} of {}", name, index(value),
                                                          graph.values().size()));
      }
      const auto text = builder_.CreateString(name);
      offsets.push_back(fb::CreateTensorMap(builder_, text, static_cast<uint32_t>(tensors.tensor(value))));
    }
    return builder_.CreateVector(offsets);
  }

  std::span<const Graph> subgraphs_;
  std::span<const Signature> signatures_;
  const WriterOptions& options_;
  FlatBufferBuilder builder_;
  OperatorCodes codes_;
  BufferList buffers_;
};

}  // namespace

Result<std::vector<std::byte>> writeModel(std::span<const Graph> subgraphs, std::span<const Signature> signatures,
                                          const WriterOptions& options) {
  return ModelWriter(subgraphs, signatures, options).write();
}

}  // namespace trireme::model
