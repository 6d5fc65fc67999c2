#include "core/model/reader.h"

#include <fmt/format.h>

#include <map>

#include "core/graph/builder.h"
#include "core/model/bodies.h"
#include "core/model/constants.h"
#include "core/model/params.h"
#include "core/model/place.h"
#include "core/model/tensor_types.h"

namespace trireme::model {
namespace {

// What the subgraph does with a tensor.
struct Role {
  bool input = false, read = false, written = false;
};

// Whether the operator changes a variable tensor that it reads. Files do not always say so, but of these operators
// every variable input is state.
bool changesVariables(OpKind op) {
  switch (op) {
    case OpKind::Svdf:
    case OpKind::Rnn:
    case OpKind::Lstm:
    case OpKind::UnidirectionalSequenceRnn:
    case OpKind::UnidirectionalSequenceLstm:
    case OpKind::BidirectionalSequenceRnn:
    case OpKind::BidirectionalSequenceLstm:
    case OpKind::Custom:
      return true;
    default:
      return false;
  }
}

class GraphReader {
 public:
  GraphReader(const File& file, const fb::SubGraph& graph, AlignedConstants& constants)
      : file_(file), graph_(graph), constants_(constants), builder_(std::string(text(graph.name()))) {}

  Result<Graph> read(const std::shared_ptr<const void>& owner) {
    findRoles();
    for (uint32_t i = 0; i < count(graph_.tensors()); ++i) TRIREME_TRY(readValue(i));
    for (uint32_t i = 0; i < count(graph_.operators()); ++i) TRIREME_TRY(readNode(i));
    readBorders();
    if (owner != nullptr) builder_.keep(owner);
    builder_.keep(constants_.storage());
    return std::move(builder_).build();
  }

 private:
  void findRoles() {
    roles_.resize(count(graph_.tensors()));
    for (uint32_t i = 0; i < count(graph_.inputs()); ++i) role(graph_.inputs()->Get(i)).input = true;
    for (uint32_t i = 0; i < count(graph_.outputs()); ++i) role(graph_.outputs()->Get(i)).read = true;
    for (uint32_t i = 0; i < count(graph_.operators()); ++i) {
      const fb::Operator& node = *graph_.operators()->Get(i);
      for (uint32_t k = 0; k < count(node.inputs()); ++k) {
        if (node.inputs()->Get(k) >= 0) role(node.inputs()->Get(k)).read = true;
      }
      for (uint32_t k = 0; k < count(node.outputs()); ++k) role(node.outputs()->Get(k)).written = true;
    }
  }
  Role& role(int32_t tensor) { return roles_[static_cast<size_t>(tensor)]; }

  bool isVariable(uint32_t tensor) const {
    return graph_.tensors()->Get(tensor)->is_variable() && !roles_[tensor].input && !roles_[tensor].written;
  }

  Status readValue(uint32_t tensor) {
    const fb::Tensor& from = *graph_.tensors()->Get(tensor);
    TRIREME_ASSIGN(TensorFacts facts, readTensor(file_, graph_, from));
    TRIREME_ASSIGN(const std::span<const std::byte> found, constantBytes(file_, from, facts.type));
    TRIREME_ASSIGN(const std::span<const std::byte> bytes, constants_.align(found, facts.type.dtype));
    Value value;
    value.name = text(from.name());
    value.origin = tensor;
    const Role& use = roles_[tensor];
    const Shape& shape = facts.type.shape;
    const bool hollow = shape.isKnown() && shape.elements() == 0 && use.read && !use.input && !use.written;
    if (isVariable(tensor)) {
      initial_.resize(roles_.size());
      initial_[tensor] = bytes;
    } else if (!bytes.empty() || hollow) {
      value.isConstant = true;
      value.constant = bytes;
    }
    value.type = std::move(facts.type);
    value.declared = facts.declared;
    constant_.push_back(value.isConstant);
    current_.push_back(builder_.addValue(std::move(value)));
    return {};
  }

  Status readNode(uint32_t position) {
    const fb::Operator& from = *graph_.operators()->Get(position);
    const OperatorFacts& facts = file_.operators[from.opcode_index()];
    Node node;
    node.op = facts.op;
    node.version = facts.version;
    node.origins = {position};
    TRIREME_ASSIGN(const std::span<const std::byte> custom, customOptions(file_, from));
    TRIREME_ASSIGN(node.params, readParams(facts, {from, custom}));
    TRIREME_ASSIGN(const std::vector<int64_t> bodies, readBodies(facts.op, from));
    for (const int64_t body : bodies) node.bodies.push_back(SubgraphId{static_cast<uint16_t>(body)});
    for (uint32_t i = 0; i < count(from.outputs()); ++i) node.outputs.push_back(id(from.outputs()->Get(i)));
    for (uint32_t i = 0; i < count(from.intermediates()); ++i) {
      node.intermediates.push_back(id(from.intermediates()->Get(i)));
    }
    for (uint32_t i = 0; i < count(from.inputs()); ++i) readInput(from, i, node);
    builder_.addNode(std::move(node));
    return {};
  }

  // A node that changes a variable in place reads one value here and writes another, which the next reader sees.
  void readInput(const fb::Operator& from, uint32_t position, Node& node) {
    const int32_t tensor = from.inputs()->Get(position);
    if (tensor < 0) {
      node.inputs.push_back(kNoValue);
      return;
    }
    ValueId& current = current_[static_cast<size_t>(tensor)];
    node.inputs.push_back(current);
    const bool marked =
        position < count(from.mutating_variable_inputs()) && from.mutating_variable_inputs()->Get(position) != 0;
    if (!isVariable(static_cast<uint32_t>(tensor)) || !(marked || changesVariables(node.op))) return;
    current = addWritten(static_cast<uint32_t>(tensor));
    node.outputs.push_back(current);
  }

  ValueId addWritten(uint32_t tensor) {
    const fb::Tensor& from = *graph_.tensors()->Get(tensor);
    TensorFacts facts = std::move(readTensor(file_, graph_, from)).value();  // it was read before
    Value value;
    value.name = fmt::format("{} (written)", text(from.name()));
    value.origin = tensor;
    value.type = std::move(facts.type);
    value.declared = facts.declared;
    return builder_.addValue(std::move(value));
  }

  void readBorders() {
    std::vector<ValueId> inputs, outputs;
    for (uint32_t i = 0; i < count(graph_.inputs()); ++i) {
      // A tensor that carries data is constant, listed as an input or not.
      const int32_t tensor = graph_.inputs()->Get(i);
      if (!constant_[static_cast<size_t>(tensor)]) inputs.push_back(id(tensor));
    }
    for (uint32_t i = 0; i < count(graph_.outputs()); ++i) {
      outputs.push_back(current_[static_cast<size_t>(graph_.outputs()->Get(i))]);
    }
    builder_.setInputs(std::move(inputs));
    builder_.setOutputs(std::move(outputs));
    for (uint32_t i = 0; i < current_.size(); ++i) {
      if (current_[i] != ValueId{i}) builder_.addState({ValueId{i}, current_[i], initial_[i]});
    }
  }

  static ValueId id(int32_t tensor) { return tensor < 0 ? kNoValue : ValueId{static_cast<uint32_t>(tensor)}; }

  const File& file_;
  const fb::SubGraph& graph_;
  AlignedConstants& constants_;
  graph::Builder builder_;
  std::vector<Role> roles_;
  std::vector<ValueId> current_;  // of each tensor: the value that holds it after the nodes so far
  std::vector<bool> constant_;
  std::vector<std::span<const std::byte>> initial_;  // of variable tensors
};

Signature readSignature(const fb::SignatureDef& from, const fb::SubGraph& graph, const Graph& read) {
  Signature signature;
  signature.key = text(from.signature_key());
  signature.subgraph = SubgraphId{static_cast<uint16_t>(from.subgraph_index())};
  for (uint32_t i = 0; i < count(from.inputs()); ++i) {
    const ValueId value{from.inputs()->Get(i)->tensor_index()};
    if (!read.value(value).isConstant) signature.inputs.emplace_back(text(from.inputs()->Get(i)->name()), value);
  }
  std::map<uint32_t, ValueId> written;  // by tensor: a variable's output is what was written to it
  for (uint32_t i = 0; i < count(graph.outputs()); ++i) {
    written[static_cast<uint32_t>(graph.outputs()->Get(i))] = read.outputs()[i];
  }
  for (uint32_t i = 0; i < count(from.outputs()); ++i) {
    const fb::TensorMap& map = *from.outputs()->Get(i);
    signature.outputs.emplace_back(text(map.name()), written[map.tensor_index()]);
  }
  return signature;
}

}  // namespace

Result<Contents> readFile(const File& file, const std::shared_ptr<const void>& owner) {
  Contents contents;
  AlignedConstants constants(file);
  for (uint32_t i = 0; i < count(file.model->subgraphs()); ++i) {
    auto graph = GraphReader(file, *file.model->subgraphs()->Get(i), constants).read(owner);
    if (!graph.ok()) return graph.status().during(fmt::format("subgraph {}", i));
    contents.subgraphs.push_back(std::move(graph).value());
  }
  for (uint32_t i = 0; i < count(file.model->signature_defs()); ++i) {
    const fb::SignatureDef& from = *file.model->signature_defs()->Get(i);
    const uint32_t subgraph = from.subgraph_index();
    contents.signatures.push_back(
        readSignature(from, *file.model->subgraphs()->Get(subgraph), contents.subgraphs[subgraph]));
  }
  return contents;
}

}  // namespace trireme::model
