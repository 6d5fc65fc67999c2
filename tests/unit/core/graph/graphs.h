#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "core/graph/builder.h"
#include "core/graph/inference.h"

namespace trireme::graph {

inline Shape shapeOf(std::vector<int64_t> dims) {
  Result<Shape> shape = Shape::create(dims);
  EXPECT_TRUE(shape.ok()) << shape.status().message();
  return shape.ok() ? shape.value() : Shape();
}
inline TensorType typeOf(std::vector<int64_t> dims, DataType dtype = DataType::Float32) {
  return {dtype, shapeOf(std::move(dims)), {}};
}

// An operand of a graph with one node: an input, a constant of int32, or nothing.
struct Operand {
  enum class Kind : uint8_t { Input, Integers, Absent } kind = Kind::Absent;
  TensorType type;
  std::vector<int32_t> integers;
};
inline Operand in(std::vector<int64_t> dims, DataType dtype = DataType::Float32) {
  return {Operand::Kind::Input, typeOf(std::move(dims), dtype), {}};
}
// A vector of int32; `dims`, where given, is its shape.
inline Operand ints(std::vector<int32_t> elements) {
  const auto size = static_cast<int64_t>(elements.size());
  return {Operand::Kind::Integers, typeOf({size}, DataType::Int32), std::move(elements)};
}
inline Operand ints(std::vector<int32_t> elements, std::vector<int64_t> dims) {
  return {Operand::Kind::Integers, typeOf(std::move(dims), DataType::Int32), std::move(elements)};
}
inline Operand absent() { return {}; }

struct OneNode {
  OpKind op;
  OpParams params;
  std::vector<Operand> inputs;
  std::vector<TensorType> outputs = {typeOf({})};  // as the file declares them
};
inline Result<Graph> build(const OneNode& one) {
  Builder builder("one");
  Node node;
  node.op = one.op;
  node.params = one.params;
  node.origins = {7};
  for (const Operand& operand : one.inputs) {
    const std::string name = "in" + std::to_string(node.inputs.size());
    if (operand.kind == Operand::Kind::Absent) node.inputs.push_back(kNoValue);
    if (operand.kind == Operand::Kind::Input) node.inputs.push_back(builder.addInput(name, operand.type));
    if (operand.kind == Operand::Kind::Integers) {
      node.inputs.push_back(builder.addConstant(name, operand.type, operand.integers));
    }
  }
  for (const TensorType& type : one.outputs) {
    node.outputs.push_back(builder.addInner("out" + std::to_string(node.outputs.size()), type));
  }
  builder.setOutputs(node.outputs);
  builder.addNode(std::move(node));
  return std::move(builder).build();
}
// "2x3", with several outputs "2x3 4", or the sentence of the refusal.
inline std::string infer(const OneNode& one, std::vector<InputShape> shapes = {}) {
  Result<Graph> graph = build(one);
  if (!graph.ok()) return std::string(graph.status().message());
  Result<Graph> inferred = inferShapes(std::move(graph).value(), shapes);
  if (!inferred.ok()) return std::string(inferred.status().message());
  std::string text;
  for (const ValueId id : inferred.value().outputs()) {
    text += (text.empty() ? "" : " ") + inferred.value().value(id).type.shape.text();
  }
  return text;
}

}  // namespace trireme::graph
