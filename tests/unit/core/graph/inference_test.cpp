#include "core/graph/inference.h"

#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::HasSubstr;

// A dynamic batch as files have it: shape 1x4, declared ?x4; then a fully connected layer and a reshape to "-1, 3".
Graph dynamicBatch() {
  Builder builder;
  Value input;
  input.name = "x";
  input.type = typeOf({1, 4});
  input.declared = shapeOf({-1, 4});
  const ValueId x = builder.addValue(input);
  builder.setInputs({x});
  const ValueId weights = builder.addConstant("w", typeOf({6, 4}), std::vector<float>(24));
  const ValueId shape = builder.addConstant("s", typeOf({2}, DataType::Int32), std::vector<int32_t>{-1, 3});
  const ValueId a = builder.addInner("a", typeOf({1, 6})), y = builder.addInner("y", typeOf({2, 3}));
  Node dense;
  dense.op = OpKind::FullyConnected;
  dense.params = FullyConnectedParams{};
  dense.inputs = {x, weights, kNoValue};
  dense.outputs = {a};
  builder.addNode(dense);
  Node reshape;
  reshape.op = OpKind::Reshape;
  reshape.params = ReshapeParams{};
  reshape.inputs = {a, shape};
  reshape.outputs = {y};
  builder.addNode(reshape);
  builder.setOutputs({y});
  Result<Graph> graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok());
  return std::move(graph).value();
}
std::string shapeFor(std::vector<InputShape> shapes) {
  Result<Graph> graph = inferShapes(dynamicBatch(), shapes);
  if (!graph.ok()) return std::string(codeName(graph.status().code())) + ": " + std::string(graph.status().message());
  return graph.value().value(graph.value().outputs()[0]).type.shape.text();
}

TEST(Inference, RunsTheFilesShapesByDefault) { EXPECT_EQ(shapeFor({}), "2x3"); }

TEST(Inference, ResizesWhatTheFileLeavesOpen) { EXPECT_EQ(shapeFor({{0, shapeOf({5, 4})}}), "10x3"); }

TEST(Inference, CanBeRunAgainWithOtherShapes) {
  const InputShape five{0, shapeOf({5, 4})}, two{0, shapeOf({2, 4})};
  Result<Graph> first = inferShapes(dynamicBatch(), std::span(&five, 1));
  ASSERT_TRUE(first.ok());
  Result<Graph> second = inferShapes(std::move(first).value(), std::span(&two, 1));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second.value().value(second.value().outputs()[0]).type.shape.text(), "4x3");
}

TEST(Inference, ResizesWhatTheFileFixesToo) { EXPECT_EQ(shapeFor({{0, shapeOf({6, 2})}}), "6x3"); }

TEST(Inference, RefusesShapesThatNoGraphCouldTake) {
  EXPECT_EQ(shapeFor({{0, shapeOf({5})}}),
            "InvalidArgument: input 0 'x': the shape 5 has rank 1, the model's ?x4 has rank 2");
  EXPECT_EQ(shapeFor({{0, shapeOf({-1, 4})}}), "InvalidArgument: input 0 'x': the shape ?x4 is not fully known");
  EXPECT_EQ(shapeFor({{1, shapeOf({5, 4})}}), "InvalidArgument: there is no input 1, the graph has 1");
  EXPECT_EQ(shapeFor({{-1, shapeOf({5, 4})}}), "InvalidArgument: there is no input -1, the graph has 1");
  EXPECT_THAT(shapeFor({{0, shapeOf({int64_t{1} << 40, 4})}}), HasSubstr("InvalidArgument: input 0 'x': dimension 0"));
}

TEST(Inference, BlamesTheCallersShapesWhereTheyDoNotFitTheGraph) {
  // Fixed by the graph, not by the file's signature.
  Builder builder;
  Value input;
  input.name = "x";
  input.type = typeOf({1, 4});
  input.declared = shapeOf({-1, -1});
  const ValueId x = builder.addValue(input);
  builder.setInputs({x});
  const ValueId c = builder.addConstant("c", typeOf({4}), std::vector<float>(4)),
                y = builder.addInner("y", typeOf({1, 4}));
  Node add;
  add.op = OpKind::Add;
  add.params = AddParams{};
  add.inputs = {x, c};
  add.outputs = {y};
  builder.addNode(add);
  builder.setOutputs({y});
  Result<Graph> graph = std::move(builder).build();
  ASSERT_TRUE(graph.ok());
  const InputShape asked{0, shapeOf({2, 5})};
  Result<Graph> inferred = inferShapes(std::move(graph).value(), std::span(&asked, 1));
  ASSERT_FALSE(inferred.ok());
  EXPECT_EQ(inferred.status().code(), Code::InvalidArgument);
  EXPECT_EQ(inferred.status().message(), "operator 0 ADD: shapes 2x5 and 4 cannot be broadcast to each other");
}

TEST(Inference, KeepsQuantizationFromTheFile) {
  OneNode node{OpKind::Relu, NoParams{}, {in({2, 3}, DataType::Int8)}, {typeOf({9}, DataType::Int8)}};
  node.outputs[0].quantization = {{0.5F}, {3}, -1, 0};
  Result<Graph> graph = build(node);
  ASSERT_TRUE(graph.ok());
  Result<Graph> inferred = inferShapes(std::move(graph).value(), {});
  ASSERT_TRUE(inferred.ok());
  const TensorType& type = inferred.value().value(inferred.value().outputs()[0]).type;
  EXPECT_EQ(type.shape.text(), "2x3");
  EXPECT_EQ(type.quantization, node.outputs[0].quantization);
}

}  // namespace
}  // namespace trireme::graph
