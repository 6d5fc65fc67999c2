#include "tools/bench_rows.h"

#include "core/graph/work.h"

namespace trireme::tools {
namespace {

const Node* heaviest(const Graph& graph) {
  const Node* best = nullptr;
  int64_t most = 0;
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const int64_t macs = graph::nodeWork(graph, NodeId{i}).macs;
    if (macs <= most) continue;
    most = macs;
    best = &graph.node(NodeId{i});
  }
  return best;
}

// The type that a node's second operand has in the file: of weights that are widened first, the narrow one.
DataType weightType(const Graph& graph, const Node& node) {
  if (node.inputs.size() < 2 || node.inputs[1] == kNoValue) return graph.value(node.inputs[0]).type.dtype;
  const ValueId weights = node.inputs[1];
  const auto producer = graph.producer(weights);
  if (producer && graph.node(*producer).op == OpKind::Dequantize) {
    return graph.value(graph.node(*producer).inputs[0]).type.dtype;
  }
  return graph.value(weights).type.dtype;
}

// Where a node keeps its activations: the transposed convolution has them third.
ValueId activationsOf(const Node& node) {
  return node.op == OpKind::TransposeConv && node.inputs.size() > 2 ? node.inputs[2] : node.inputs[0];
}

}  // namespace

bool isOutOfBounds(const BenchRow& row) { return row.difference && row.difference->mismatches > 0; }

std::string modelTypeName(const Graph& graph) {
  const Node* node = heaviest(graph);
  if (!node) {
    return graph.inputs().empty() ? "float32" : std::string(dataTypeName(graph.value(graph.inputs()[0]).type.dtype));
  }
  const DataType type = graph.value(activationsOf(*node)).type.dtype;
  if (type == DataType::Int16) return "int16x8";
  if (type != DataType::Float32) return std::string(dataTypeName(type));
  const DataType weights = weightType(graph, *node);
  if (weights == DataType::Float16) return "float16";
  return weights == DataType::Int8 ? "hybrid" : "float32";
}

}  // namespace trireme::tools
