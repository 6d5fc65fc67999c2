#pragma once

#include <gtest/gtest.h>

#include "delegates/gpu/lowering.h"
#include "tests/support/graph_builders.h"

// Graphs lowered whole, with no device in sight.
namespace trireme::gpu {

inline LoweredPartition lowered(const Graph& graph, const GpuLimits& limits, Precision precision = Precision::Exact) {
  std::vector<NodeId> nodes;
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    nodes.push_back(NodeId{uint32_t(i)});
    const Support support = supportsNode(graph, graph.nodes()[i], limits);
    EXPECT_TRUE(support.ok()) << "node " << i << ": " << (support.ok() ? "" : support.reasons()[0].detail);
  }
  Result<LoweredPartition> result =
      lowerPartition({graph, nodes, graph.inputs(), graph.outputs()}, limits, precision, LowerFor::Running);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? std::move(result).value() : LoweredPartition();
}
// A GPU of narrow vectors; a CPU of wide ones.
inline GpuLimits narrowGpu() { return {}; }
inline GpuLimits wideCores() {
  GpuLimits limits;
  limits.vectorWidth = 16;
  limits.cores = true;
  limits.computeUnits = 2;
  return limits;
}
// A large GPU with memory on its chip, as an H200 tells of itself.
inline GpuLimits h200Limits() {
  GpuLimits limits;
  limits.maxGroupSize = 1024;
  limits.sharedBytes = 49152;
  limits.computeUnits = 132;
  limits.localTiles = true;
  return limits;
}

// A graph grown node by node.
class Grown {
 public:
  ValueId input(TensorType type) { return builder_.addInput("in" + std::to_string(count_++), std::move(type)); }
  template <class T>
  ValueId constant(TensorType type, const std::vector<T>& values) {
    return builder_.addConstant("constant" + std::to_string(count_++), std::move(type), values);
  }
  ValueId integers(const std::vector<int32_t>& values) {
    return constant(support::plain(DataType::Int32, {int64_t(values.size())}), values);
  }
  ValueId node(OpKind op, OpParams params, std::vector<ValueId> inputs, TensorType type) {
    return node(op, std::move(params), std::move(inputs), std::vector<TensorType>{std::move(type)})[0];
  }
  std::vector<ValueId> node(OpKind op, OpParams params, std::vector<ValueId> inputs, std::vector<TensorType> types) {
    Node node;
    node.op = op;
    node.params = std::move(params);
    node.inputs = std::move(inputs);
    for (TensorType& type : types) {
      node.outputs.push_back(builder_.addInner("value" + std::to_string(count_++), std::move(type)));
    }
    std::vector<ValueId> outputs = node.outputs;
    builder_.addNode(std::move(node));
    return outputs;
  }
  Graph build(std::vector<ValueId> outputs) {
    builder_.setOutputs(std::move(outputs));
    Result<Graph> graph = std::move(builder_).build();
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return graph.ok() ? std::move(graph).value() : Graph();
  }

 private:
  graph::Builder builder_{"grown"};
  int count_ = 0;
};

}  // namespace trireme::gpu
