#include "core/model/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/model/allowance.h"
#include "core/model/bodies.h"
#include "core/model/constants.h"
#include "core/model/params.h"
#include "core/model/place.h"
#include "core/model/tensor_types.h"

namespace trireme::model {
namespace {

class FileVerifier {
 public:
  explicit FileVerifier(const File& file) : file_(file), model_(*file.model), allowance_(file.bytes.size()) {}

  Status verify() {
    const uint32_t subgraphs = count(model_.subgraphs());
    if (subgraphs == 0) return broken("the model has no subgraph");
    if (subgraphs > std::numeric_limits<uint16_t>::max()) return broken(fmt::format("{} subgraphs", subgraphs));
    TRIREME_TRY(verifySizes());
    bodies_.resize(subgraphs);
    for (uint32_t i = 0; i < subgraphs; ++i) TRIREME_TRY(verifySubgraph(i));
    TRIREME_TRY(verifyCalls());
    TRIREME_TRY(verifyMetadata());
    return verifySignatures();
  }

 private:
  using TensorMaps = flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>;

  Status verifySizes() {
    allowance_.spend(model_.description());
    for (const fb::SubGraph* graph : *model_.subgraphs()) {
      allowance_.spend(graph->name());
      allowance_.spend(graph->inputs());
      allowance_.spend(graph->outputs());
      for (uint32_t i = 0; i < count(graph->tensors()) && !allowance_.isSpent(); ++i) {
        spendTensor(*graph->tensors()->Get(i));
      }
      for (uint32_t i = 0; i < count(graph->operators()) && !allowance_.isSpent(); ++i) {
        spendOperator(*graph->operators()->Get(i));
      }
    }
    for (uint32_t i = 0; i < count(model_.signature_defs()) && !allowance_.isSpent(); ++i) {
      spendSignature(*model_.signature_defs()->Get(i));
    }
    for (uint32_t i = 0; i < count(model_.metadata()); ++i) allowance_.spend(model_.metadata()->Get(i)->name());
    return allowance_.status();
  }

  void spendTensor(const fb::Tensor& tensor) {
    allowance_.spend(tensor.name());
    allowance_.spend(tensor.shape());
    allowance_.spend(tensor.shape_signature());
    if (tensor.quantization() == nullptr) return;
    allowance_.spend(tensor.quantization()->scale());
    allowance_.spend(tensor.quantization()->zero_point());
  }

  void spendOperator(const fb::Operator& node) {
    allowance_.spend(node.inputs());
    allowance_.spend(node.outputs());
    allowance_.spend(node.intermediates());
    // A custom operator's name is copied into each of its nodes.
    const uint32_t code = node.opcode_index();
    if (code < count(model_.operator_codes())) allowance_.spend(model_.operator_codes()->Get(code)->custom_code());
  }

  // Its names, and the subgraph's borders, which it is compared with.
  void spendSignature(const fb::SignatureDef& signature) {
    allowance_.spend(signature.signature_key());
    for (const TensorMaps* maps : {signature.inputs(), signature.outputs()}) {
      for (uint32_t i = 0; i < count(maps); ++i) allowance_.spend(maps->Get(i)->name());
    }
    if (signature.subgraph_index() >= count(model_.subgraphs())) return;
    allowance_.spend(model_.subgraphs()->Get(signature.subgraph_index())->inputs());
    allowance_.spend(model_.subgraphs()->Get(signature.subgraph_index())->outputs());
  }

  Status verifySubgraph(uint32_t number) {
    const fb::SubGraph& graph = *model_.subgraphs()->Get(number);
    for (uint32_t i = 0; i < count(graph.tensors()); ++i) {
      if (Status status = verifyTensor(graph, *graph.tensors()->Get(i)); !status.ok()) {
        return status.during(tensorPlace(number, i, graph));
      }
    }
    TRIREME_TRY(verifyIndices(graph, graph.inputs(), "input", Optional::No).during(fmt::format("subgraph {}", number)));
    TRIREME_TRY(
        verifyIndices(graph, graph.outputs(), "output", Optional::No).during(fmt::format("subgraph {}", number)));
    for (uint32_t i = 0; i < count(graph.operators()); ++i) TRIREME_TRY(verifyOperator(number, i, graph));
    return {};
  }

  Status verifyTensor(const fb::SubGraph& graph, const fb::Tensor& tensor) {
    TRIREME_ASSIGN(const TensorFacts facts, readTensor(file_, graph, tensor));
    // Scales of blocks lie in another tensor, and a table of strings is read through: again for each that shares it.
    allowance_.spend(facts.type.quantization.scales.size() * (sizeof(float) + sizeof(int32_t)));
    if (tensor.external_buffer() != 0) {
      return Status::error(Code::Unsupported, "its bytes lie in another file, which is not implemented");
    }
    if (tensor.sparsity() != nullptr) return Status::error(Code::Unsupported, "sparse constants are not implemented");
    TRIREME_ASSIGN(const std::span<const std::byte> bytes, constantBytes(file_, tensor, facts.type));
    if (facts.type.dtype == DataType::String) allowance_.spend(bytes.size());
    return allowance_.status();
  }

  enum class Optional : uint8_t { No, Yes };  // whether -1 may stand for nothing
  Status verifyIndices(const fb::SubGraph& graph, const flatbuffers::Vector<int32_t>* indices, std::string_view role,
                       Optional optional) const {
    const int64_t tensors = count(graph.tensors());
    for (uint32_t i = 0; i < count(indices); ++i) {
      const int32_t tensor = indices->Get(i);
      if (tensor == -1 && optional == Optional::Yes) continue;
      if (tensor < 0 || tensor >= tensors) {
        return broken(fmt::format("{} {} is tensor {}, the subgraph has {}", role, i, tensor, tensors));
      }
    }
    return {};
  }

  Status verifyOperator(uint32_t number, uint32_t position, const fb::SubGraph& graph) {
    const fb::Operator& node = *graph.operators()->Get(position);
    if (node.opcode_index() >= file_.operators.size()) {
      return broken(fmt::format("there is no operator code {}, the file has {}", node.opcode_index(),
                                file_.operators.size()))
          .during(fmt::format("subgraph {}, operator {}", number, position));
    }
    const OperatorFacts& facts = file_.operators[node.opcode_index()];
    const Status status = verifyNode(number, graph, node, facts);
    return status.ok() ? status : status.during(nodePlace(number, position, facts.name()));
  }

  Status verifyNode(uint32_t number, const fb::SubGraph& graph, const fb::Operator& node, const OperatorFacts& facts) {
    TRIREME_TRY(verifyIndices(graph, node.inputs(), "input", Optional::Yes));
    TRIREME_TRY(verifyIndices(graph, node.outputs(), "output", Optional::No));
    TRIREME_TRY(verifyIndices(graph, node.intermediates(), "intermediate", Optional::Yes));
    TRIREME_ASSIGN(const std::vector<int64_t> bodies, readBodies(facts.op, node));
    allowance_.spend(bodies.size() * sizeof(int64_t));
    TRIREME_TRY(allowance_.status());
    for (const int64_t body : bodies) {
      if (body < 0 || body >= int64_t{count(model_.subgraphs())}) {
        return broken(fmt::format("it runs subgraph {}, the model has {}", body, count(model_.subgraphs())));
      }
      bodies_[number].push_back(static_cast<uint32_t>(body));
    }
    TRIREME_ASSIGN(const std::span<const std::byte> custom, customOptions(file_, node));
    if (facts.op != OpKind::Custom) allowance_.spend(custom.size());  // it is read through
    TRIREME_TRY(allowance_.status());
    return readParams(facts, {node, custom}).status();
  }

  // No subgraph may run itself, over however many others: repeatedly take away those that run nobody who is left.
  Status verifyCalls() const {
    std::vector<std::vector<uint32_t>> callers(bodies_.size());
    std::vector<size_t> left(bodies_.size());
    std::vector<uint32_t> free;
    for (uint32_t i = 0; i < bodies_.size(); ++i) {
      left[i] = bodies_[i].size();
      for (const uint32_t body : bodies_[i]) callers[body].push_back(i);
      if (left[i] == 0) free.push_back(i);
    }
    size_t taken = 0;
    for (; !free.empty(); ++taken) {
      const uint32_t done = free.back();
      free.pop_back();
      for (const uint32_t caller : callers[done]) {
        if (--left[caller] == 0) free.push_back(caller);
      }
    }
    if (taken == bodies_.size()) return {};
    const auto first = std::find_if(left.begin(), left.end(), [](size_t calls) { return calls > 0; });
    return broken(fmt::format("subgraph {} runs itself, directly or through others", first - left.begin()));
  }

  Status verifyMetadata() const {
    for (uint32_t i = 0; i < count(model_.metadata()); ++i) {
      const fb::Metadata& entry = *model_.metadata()->Get(i);
      const Status status = bufferBytes(file_, entry.buffer()).status();
      if (!status.ok()) return status.during(fmt::format("metadata {}", quoted(text(entry.name()))));
    }
    return {};
  }

  Status verifySignatures() const {
    for (uint32_t i = 0; i < count(model_.signature_defs()); ++i) {
      const fb::SignatureDef& signature = *model_.signature_defs()->Get(i);
      const std::string place = fmt::format("signature {}", quoted(text(signature.signature_key())));
      if (signature.subgraph_index() >= count(model_.subgraphs())) {
        return broken(fmt::format("{}: there is no subgraph {}, the model has {}", place, signature.subgraph_index(),
                                  count(model_.subgraphs())));
      }
      const fb::SubGraph& graph = *model_.subgraphs()->Get(signature.subgraph_index());
      TRIREME_TRY(verifyMap(signature.inputs(), graph.inputs(), "input").during(place));
      TRIREME_TRY(verifyMap(signature.outputs(), graph.outputs(), "output").during(place));
    }
    return {};
  }

  Status verifyMap(const TensorMaps* maps, const flatbuffers::Vector<int32_t>* tensors, std::string_view role) const {
    std::vector<int64_t> known;
    for (uint32_t i = 0; i < count(tensors); ++i) known.push_back(tensors->Get(i));
    std::sort(known.begin(), known.end());
    for (uint32_t i = 0; i < count(maps); ++i) {
      const fb::TensorMap& map = *maps->Get(i);
      if (std::binary_search(known.begin(), known.end(), int64_t{map.tensor_index()})) continue;
      return broken(fmt::format("{} {} is tensor {}, which is no {} of the subgraph", role, quoted(text(map.name())),
                                map.tensor_index(), role));
    }
    return {};
  }

  const File& file_;
  const fb::Model& model_;
  Allowance allowance_;
  std::vector<std::vector<uint32_t>> bodies_;  // of each subgraph: the subgraphs that it runs
};

}  // namespace

Status verifyFile(const File& file) { return FileVerifier(file).verify(); }

}  // namespace trireme::model
