#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/graph/builder.h"
#include "core/passes/passes.h"

namespace trireme::passes {

inline TensorType typeOf(std::vector<int64_t> dims, DataType dtype = DataType::Float32) {
  Result<Shape> shape = Shape::create(dims);
  EXPECT_TRUE(shape.ok());
  return {dtype, shape.value(), {}};
}

// A builder with short words.
class GraphMaker {
 public:
  graph::Builder& builder() { return builder_; }
  ValueId input(const char* name, TensorType type) { return builder_.addInput(name, std::move(type)); }
  ValueId floats(const char* name, std::vector<float> elements) {
    return builder_.addConstant(name, typeOf({static_cast<int64_t>(elements.size())}), elements);
  }
  ValueId integers(const char* name, std::vector<int32_t> elements) {
    return builder_.addConstant(name, typeOf({static_cast<int64_t>(elements.size())}, DataType::Int32), elements);
  }
  ValueId node(OpKind op, OpParams params, std::vector<ValueId> inputs, const char* name, TensorType type,
               uint16_t version = 1) {
    Node node;
    node.op = op;
    node.version = version;
    node.params = std::move(params);
    node.inputs = std::move(inputs);
    node.outputs = {builder_.addInner(name, std::move(type))};
    const ValueId output = node.outputs[0];
    builder_.addNode(std::move(node));
    return output;
  }
  Graph build(std::vector<ValueId> outputs) {
    builder_.setOutputs(std::move(outputs));
    Result<Graph> graph = std::move(builder_).build();
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return std::move(graph).value();
  }

 private:
  graph::Builder builder_;
};

inline PassResult passed(Graph graph, std::vector<std::string> preserved = {}, std::vector<InputShape> shapes = {}) {
  Result<PassResult> result = runPasses(std::move(graph), shapes, preserved);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? std::move(result).value() : PassResult();
}
// "RELU(x) CONV_2D(a, w)": the nodes with the names of what they read.
inline std::string text(const Graph& graph) {
  std::string all;
  for (const Node& node : graph.nodes()) {
    all += all.empty() ? "" : " ";
    all += std::string(opName(node.op)) + "(";
    for (const ValueId id : node.inputs) {
      all += (all.back() == '(' ? "" : ", ") + (id == kNoValue ? "-" : graph.value(id).name);
    }
    all += ")";
  }
  return all;
}
inline const Value& named(const Graph& graph, const std::string& name) {
  for (const Value& value : graph.values()) {
    if (value.name == name) return value;
  }
  ADD_FAILURE() << "no value " << name;
  static const Value kNone;
  return kNone;
}
template <class T>
std::vector<T> elements(const Value& value) {
  const auto* first = reinterpret_cast<const T*>(value.constant.data());
  return {first, first + value.constant.size() / sizeof(T)};
}
inline uint32_t changed(const PassResult& result, std::string_view pass) {
  for (const PassReport& report : result.reports) {
    if (report.name == pass) return report.changed;
  }
  ADD_FAILURE() << "no pass " << pass;
  return 0;
}

}  // namespace trireme::passes
