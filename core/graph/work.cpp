#include "core/graph/work.h"

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

int64_t bytesOf(const Value& value) {
  if (value.isConstant) return static_cast<int64_t>(value.constant.size());
  return countTimes(countElements(value.type.shape), bitsPerElement(value.type.dtype)) / 8;
}

bool isReal(const TensorType& type) {
  switch (type.dtype) {
    case DataType::Float32:
    case DataType::Float16:
    case DataType::Float64:
    case DataType::BFloat16:
    case DataType::Float8E4M3:
    case DataType::Float8E5M2:
      return true;
    default:
      return !type.quantization.scales.empty();
  }
}

bool isParameter(const Node& node, const OpRule* rule, size_t input, const Value& value) {
  if (!value.isConstant) return false;
  if (rule == nullptr) return isReal(value.type);
  if (input < 32 && (rule->indexInputs & bit(static_cast<uint32_t>(input))) != 0) return false;
  // Beside a convolution or matrix product every constant is a weight or a bias; elsewhere plain integers are indices,
  // and a number without dimensions is part of the operator's formula.
  switch (node.op) {
    case OpKind::Conv2d:
    case OpKind::DepthwiseConv2d:
    case OpKind::TransposeConv:
    case OpKind::FullyConnected:
    case OpKind::BatchMatmul:
    case OpKind::Convolution2dTransposeBias:
      return true;
    default:
      return isReal(value.type) && value.type.shape.rank() > 0;
  }
}

}  // namespace

Work nodeWork(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const OpRule* rule = findRule(node);
  Work work = rule == nullptr ? Work{} : rule->work(graph, node);
  for (const std::vector<ValueId>* ids : {&node.inputs, &node.outputs}) {
    for (const ValueId value : *ids) {
      if (value != kNoValue) work.bytes = countPlus(work.bytes, bytesOf(graph.value(value)));
    }
  }
  return work;
}

Work graphWork(const Graph& graph) {
  Work sum;
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const Work work = nodeWork(graph, NodeId{n});
    sum.macs = countPlus(sum.macs, work.macs);
    sum.operations = countPlus(sum.operations, work.operations);
    sum.bytes = countPlus(sum.bytes, work.bytes);
  }
  return sum;
}

int64_t parameterCount(const Graph& graph) {
  std::vector<bool> counted(graph.values().size(), false);
  int64_t parameters = 0;
  for (const Node& node : graph.nodes()) {
    const OpRule* rule = findRule(node);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (id == kNoValue || counted[index(id)] || !isParameter(node, rule, i, graph.value(id))) continue;
      counted[index(id)] = true;
      parameters = countPlus(parameters, countElements(graph.value(id).type.shape));
    }
  }
  return parameters;
}

}  // namespace trireme::graph
