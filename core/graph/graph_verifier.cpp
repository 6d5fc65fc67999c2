#include "core/graph/graph_verifier.h"

#include <fmt/format.h>

#include <cmath>

#include "core/graph/op_table.h"
#include "core/graph/ops/rules.h"
#include "core/graph/topology.h"

namespace trireme::graph {
namespace {

Status broken(std::string sentence) { return Status::error(Code::InvalidModel, std::move(sentence)); }

Status verifyQuantization(const Graph& graph, ValueId id) {
  const TensorType& type = graph.value(id).type;
  const Quantization& quantization = type.quantization;
  const size_t scales = quantization.scales.size();
  const std::string name = quotedName(graph.values(), id);
  if (quantization.zeroPoints.size() != scales) {
    return broken(fmt::format("{} has {} scales and {} zero points", name, scales, quantization.zeroPoints.size()));
  }
  for (const float scale : quantization.scales) {
    if (!std::isfinite(scale)) return broken(fmt::format("{} has a scale that is not finite", name));
  }
  if (scales == 0 || quantization.blockSize != 0) return {};
  if (quantization.axis < 0) {
    if (scales == 1) return {};
    return broken(fmt::format("{} is quantised per tensor and has {} scales", name, scales));
  }
  if (quantization.axis >= type.shape.rank()) {
    return broken(
        fmt::format("{} is quantised along axis {} and has rank {}", name, quantization.axis, type.shape.rank()));
  }
  const int64_t slices = type.shape.dim(quantization.axis);
  if (slices == kUnknownDim || slices == static_cast<int64_t>(scales)) return {};
  return broken(fmt::format("{} has {} scales for the {} slices of axis {}", name, scales, slices, quantization.axis));
}

Status verifyConstant(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  const std::string name = quotedName(graph.values(), id);
  if (!value.isConstant) {
    return value.constant.empty() ? Status() : broken(fmt::format("{} has bytes and is no constant", name));
  }
  if (!value.type.shape.isKnown()) {
    return broken(fmt::format("constant {} has the unknown shape {}", name, value.type.shape.text()));
  }
  if (bitsPerElement(value.type.dtype) == 0) return {};
  const Result<size_t> bytes = byteSize(value.type);
  if (!bytes.ok()) return bytes.status().during(fmt::format("measuring constant {}", name));
  if (bytes.value() == value.constant.size()) return {};
  return broken(fmt::format("constant {} has {} bytes, its type {} {} needs {}", name, value.constant.size(),
                            dataTypeName(value.type.dtype), value.type.shape.text(), bytes.value()));
}

std::string range(size_t least, size_t most) {
  if (most == kAnyNumber) return fmt::format("{} or more", least);
  return least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
}

// What the operator's rule says about the node alone. An operator or version without a rule is not looked into.
Status verifyForm(const Node& node) {
  const OpRule* rule = findRule(node);
  if (rule == nullptr) return {};
  if (node.params.index() != rule->params)
    return broken(fmt::format("{} has the options of another operator", describe(node)));
  if (node.inputs.size() < rule->inputs.least || node.inputs.size() > rule->inputs.most) {
    return broken(fmt::format("{}: expected {} inputs, found {}", describe(node),
                              range(rule->inputs.least, rule->inputs.most), node.inputs.size()));
  }
  if (node.outputs.size() < rule->outputs.least || node.outputs.size() > rule->outputs.most) {
    return broken(fmt::format("{}: expected {} outputs, found {}", describe(node),
                              range(rule->outputs.least, rule->outputs.most), node.outputs.size()));
  }
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const bool required = i < rule->inputs.least || rule->inputs.most == kAnyNumber;
    if (required && node.inputs[i] == kNoValue) {
      return broken(fmt::format("{}: input {} is absent and may not be", describe(node), i));
    }
  }
  return {};
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph), available_(graph.values().size(), false) {}

  Status verify() {
    for (uint32_t v = 0; v < graph_.values().size(); ++v) {
      TRIREME_TRY(verifyQuantization(graph_, ValueId{v}));
      TRIREME_TRY(verifyConstant(graph_, ValueId{v}));
      available_[v] = graph_.values()[v].isConstant;
    }
    TRIREME_TRY(verifySources());
    for (uint32_t n = 0; n < graph_.nodes().size(); ++n) TRIREME_TRY(verifyNode(NodeId{n}));
    return verifySinks();
  }

 private:
  Status exists(ValueId id, std::string_view what) const {
    if (index(id) < available_.size()) return {};
    return broken(fmt::format("{} is value {}, the graph has {}", what, index(id), available_.size()));
  }

  Status verifySource(ValueId id, const std::string& what) {
    TRIREME_TRY(exists(id, what));
    const std::string name = quotedName(graph_.values(), id);
    if (graph_.value(id).isConstant) return broken(fmt::format("{} {} is a constant", what, name));
    if (available_[index(id)]) return broken(fmt::format("{} {} is listed twice", what, name));
    available_[index(id)] = true;
    return {};
  }

  Status verifySources() {
    for (size_t i = 0; i < graph_.inputs().size(); ++i) {
      TRIREME_TRY(verifySource(graph_.inputs()[i], fmt::format("graph input {}", i)));
    }
    for (size_t i = 0; i < graph_.state().size(); ++i) {
      TRIREME_TRY(verifySource(graph_.state()[i].read, fmt::format("state slot {}", i)));
    }
    return {};
  }

  Status verifyNode(NodeId id) {
    const Node& node = graph_.node(id);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNoValue) continue;
      const std::string what = fmt::format("{}, input {}", describe(node), i);
      TRIREME_TRY(exists(node.inputs[i], what));
      if (available_[index(node.inputs[i])]) continue;
      return broken(
          fmt::format("{} {}: nothing writes it before it is read", what, quotedName(graph_.values(), node.inputs[i])));
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string what = fmt::format("{}, output {}", describe(node), i);
      TRIREME_TRY(exists(node.outputs[i], what));
      if (available_[index(node.outputs[i])]) {
        return broken(fmt::format("{} {}: it is an input, a constant or written by another node", what,
                                  quotedName(graph_.values(), node.outputs[i])));
      }
      available_[index(node.outputs[i])] = true;
    }
    return verifyForm(node);
  }

  Status verifySink(ValueId id, const std::string& what) const {
    TRIREME_TRY(exists(id, what));
    if (available_[index(id)]) return {};
    return broken(fmt::format("{} {}: nothing writes it", what, quotedName(graph_.values(), id)));
  }

  Status verifySinks() const {
    for (size_t i = 0; i < graph_.outputs().size(); ++i) {
      TRIREME_TRY(verifySink(graph_.outputs()[i], fmt::format("graph output {}", i)));
    }
    for (size_t i = 0; i < graph_.state().size(); ++i) {
      TRIREME_TRY(verifySink(graph_.state()[i].written, fmt::format("the value that state slot {} keeps,", i)));
      const Value& read = graph_.value(graph_.state()[i].read);
      const Value& written = graph_.value(graph_.state()[i].written);
      if (read.type.dtype != written.type.dtype) {
        return broken(fmt::format("state slot {} reads {} and keeps {}", i, dataTypeName(read.type.dtype),
                                  dataTypeName(written.type.dtype)));
      }
    }
    return {};
  }

  const Graph& graph_;
  std::vector<bool> available_;  // inputs, state, constants, and what the nodes so far wrote
};

}  // namespace

Status verifyGraph(const Graph& graph) { return Verifier(graph).verify(); }

}  // namespace trireme::graph
