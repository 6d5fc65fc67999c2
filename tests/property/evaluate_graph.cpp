#include <cstring>

#include "core/base/check.h"
#include "core/graph/editor.h"
#include "core/graph/graph_printer.h"
#include "core/graph/inference.h"
#include "kernels/reference/evaluate.h"
#include "random_graph.h"
#include "random_source.h"

namespace trireme::property {
namespace {

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& elements) {
  const auto bytes = std::as_bytes(std::span(elements));
  return {bytes.begin(), bytes.end()};
}

// The tensors of one evaluation, by value. Integers that may steer shapes become constants of the graph as well.
class Evaluation {
 public:
  Evaluation(const Graph& graph, const Tensors& inputs) : editor_(graph), bytes_(graph.values().size()) {
    for (size_t i = 0; i < inputs.size(); ++i) bytes_[index(graph.inputs()[i])] = inputs[i];
    for (uint32_t v = 0; v < graph.values().size(); ++v) {
      const std::span<const std::byte> constant = graph.values()[v].constant;
      if (graph.values()[v].isConstant) bytes_[v].assign(constant.begin(), constant.end());
    }
  }

  Status run(NodeId id) {
    TRIREME_TRY(graph::inferNode(editor_, id));
    const Graph& graph = editor_.graph();
    const Node& node = graph.node(id);
    std::vector<const std::byte*> from;
    std::vector<std::byte*> to;
    for (const ValueId input : node.inputs) from.push_back(input == kNoValue ? nullptr : bytes_[index(input)].data());
    for (const ValueId output : node.outputs) {
      TRIREME_ASSIGN(const size_t size, byteSize(graph.value(output).type));
      bytes_[index(output)].assign(size, std::byte{0xCD});
      to.push_back(bytes_[index(output)].data());
    }
    TRIREME_TRY(reference::evaluate(graph, node, {from, to, nullptr}).during(graph::describe(graph, id)));
    for (const ValueId output : node.outputs) {
      if (graph.value(output).type.dtype == DataType::Int32) editor_.makeConstant(output, bytes_[index(output)]);
    }
    return {};
  }

  const std::vector<std::byte>& bytes(ValueId id) const { return bytes_[index(id)]; }

 private:
  graph::Editor editor_;
  Tensors bytes_;
};

}  // namespace

Tensors randomInputs(const Graph& graph, uint64_t seed) {
  RandomSource random(seed);
  Tensors inputs;
  for (const ValueId id : graph.inputs()) {
    const TensorType& type = graph.value(id).type;
    const auto count = static_cast<size_t>(type.shape.elements());
    TRIREME_CHECK(type.dtype == DataType::Float32 || type.dtype == DataType::Int8, "inputs of random graphs");
    inputs.push_back(type.dtype == DataType::Float32 ? bytesOf(random.floats(count)) : bytesOf(random.codes(count)));
  }
  return inputs;
}

Result<Tensors> evaluateGraph(const Graph& graph, const Tensors& inputs) {
  Evaluation evaluation(graph, inputs);
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) TRIREME_TRY(evaluation.run(NodeId{n}));
  Tensors outputs;
  for (const ValueId id : graph.outputs()) outputs.push_back(evaluation.bytes(id));
  return outputs;
}

}  // namespace trireme::property
