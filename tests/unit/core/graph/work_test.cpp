#include "core/graph/work.h"

#include "graphs.h"

namespace trireme::graph {
namespace {

Work workOf(const OneNode& node) {
  Result<Graph> graph = build(node);
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  Result<Graph> inferred = inferShapes(std::move(graph).value(), {});
  EXPECT_TRUE(inferred.ok()) << inferred.status().message();
  return nodeWork(inferred.value(), NodeId{0});
}

TEST(Work, CountsTheMacsOfConvolutions) {
  const OneNode conv{OpKind::Conv2d, Conv2dParams{}, {in({1, 8, 8, 6}), in({4, 3, 3, 3})}};  // two groups
  EXPECT_EQ(workOf(conv).macs, 8 * 8 * 4 * 27);
  EXPECT_EQ(workOf(conv).operations, 2 * 8 * 8 * 4 * 27);
  EXPECT_EQ(workOf(conv).bytes, 4 * (8 * 8 * 6 + 4 * 27 + 8 * 8 * 4));
  const OneNode depthwise{OpKind::DepthwiseConv2d, DepthwiseConv2dParams{}, {in({1, 8, 8, 3}), in({1, 3, 3, 6})}};
  EXPECT_EQ(workOf(depthwise).macs, 8 * 8 * 6 * 9);
  const OneNode transposed{
      OpKind::TransposeConv, TransposeConvParams{}, {ints({1, 8, 8, 5}), in({5, 3, 3, 2}), in({1, 4, 4, 2})}};
  EXPECT_EQ(workOf(transposed).macs, 4 * 4 * 2 * 5 * 9);
}

TEST(Work, CountsTheMacsOfMatrixProducts) {
  EXPECT_EQ(workOf({OpKind::FullyConnected, FullyConnectedParams{}, {in({3, 4}), in({10, 4})}}).macs, 3 * 10 * 4);
  EXPECT_EQ(workOf({OpKind::BatchMatmul, BatchMatmulParams{true, false, false}, {in({2, 4, 3}), in({4, 5})}}).macs,
            2 * 3 * 5 * 4);
}

TEST(Work, CountsNoMacsElsewhere) {
  const Work add = workOf({OpKind::Add, AddParams{}, {in({3, 4}), in({4})}});
  EXPECT_EQ(add.macs, 0);
  EXPECT_EQ(add.operations, 12);
  EXPECT_EQ(add.bytes, 4 * (12 + 4 + 12));
  EXPECT_EQ(workOf({OpKind::Reshape, ReshapeParams{{12}}, {in({3, 4})}}).operations, 0);
}

TEST(Work, SaturatesInsteadOfOverflowing) {
  const int64_t large = int64_t{1} << 30;
  const Work work = workOf({OpKind::FullyConnected, FullyConnectedParams{}, {in({large, large}), in({large, large})}});
  EXPECT_EQ(work.macs, INT64_MAX);
  EXPECT_EQ(work.operations, INT64_MAX);
}

// Two convolutions and a matrix product, then a reshape.
Graph layers() {
  Builder builder;
  ValueId x = builder.addInput("x", typeOf({1, 28, 28, 1}));
  const auto layer = [&](OpKind op, OpParams params, std::vector<int64_t> weights, int64_t bias,
                         std::vector<int64_t> out) {
    Node node;
    node.op = op;
    node.params = std::move(params);
    node.inputs = {x};
    if (!weights.empty()) {
      const Shape shape = shapeOf(weights);
      node.inputs.push_back(
          builder.addConstant("w", {DataType::Float32, shape, {}}, std::vector<float>(size_t(shape.elements()))));
      node.inputs.push_back(builder.addConstant("b", typeOf({bias}), std::vector<float>(size_t(bias))));
    }
    x = builder.addInner("v", typeOf(std::move(out)));
    node.outputs = {x};
    builder.addNode(node);
  };
  const Pool2dParams pool{Padding::Valid, Activation::None, 2, 2, 2, 2};
  layer(OpKind::Conv2d, Conv2dParams{}, {32, 5, 5, 1}, 32, {1, 28, 28, 32});
  layer(OpKind::MaxPool2d, pool, {}, 0, {1, 14, 14, 32});
  layer(OpKind::Conv2d, Conv2dParams{}, {64, 5, 5, 32}, 64, {1, 14, 14, 64});
  layer(OpKind::MaxPool2d, pool, {}, 0, {1, 7, 7, 64});
  layer(OpKind::FullyConnected, FullyConnectedParams{}, {10, 7 * 7 * 64}, 10, {1, 10});
  const ValueId shape = builder.addConstant("s", typeOf({2}, DataType::Int32), std::vector<int32_t>{5, 2});
  Node reshape;
  reshape.op = OpKind::Reshape;
  reshape.params = ReshapeParams{};
  reshape.inputs = {x, shape};
  reshape.outputs = {builder.addInner("y", typeOf({5, 2}))};
  builder.setOutputs(reshape.outputs);
  builder.addNode(reshape);
  Result<Graph> graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return std::move(graph).value();
}

TEST(ParameterCount, IsWeightsAndBiasesWithoutShapes) {
  EXPECT_EQ(parameterCount(layers()), 25 * 32 + 32 + 25 * 32 * 64 + 64 + 7 * 7 * 64 * 10 + 10);
}

TEST(ParameterCount, LeavesIntegerConstantsOfElementwiseOperatorsOut) {
  const OneNode scaled{
      OpKind::Mul, ActivationParams{}, {in({2}, DataType::Int32), ints({3, 4})}, {typeOf({2}, DataType::Int32)}};
  Result<Graph> graph = build(scaled);
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(parameterCount(graph.value()), 0);
}

TEST(ParameterCount, LeavesTheLoneNumbersOfFormulasOut) {
  Builder builder;
  const ValueId x = builder.addInput("x", typeOf({1, 4}));
  const ValueId third = builder.addConstant("third", typeOf({}), std::vector<float>{1.0f / 3});
  const ValueId scales = builder.addConstant("scales", typeOf({4}), std::vector<float>{1, 2, 3, 4});
  const ValueId y = builder.addInner("y", typeOf({1, 4})), z = builder.addInner("z", typeOf({1, 4}));
  builder.addNode({OpKind::Mul, 1, ActivationParams{}, {x, third}, {y}, {}, {}, {}});
  builder.addNode({OpKind::Mul, 1, ActivationParams{}, {y, scales}, {z}, {}, {}, {}});
  builder.setOutputs({z});
  Result<Graph> graph = std::move(builder).build();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  EXPECT_EQ(parameterCount(graph.value()), 4);
}

TEST(ParameterCount, CountsAHalfPrecisionConstantOnce) {
  Builder builder;
  const ValueId half = builder.addConstant("h", typeOf({1, 2}, DataType::Float16), std::vector<uint16_t>{0, 0});
  const ValueId w = builder.addInner("w", typeOf({1, 2})), x = builder.addInput("x", typeOf({1, 2})),
                y = builder.addInner("y", typeOf({1, 1})), z = builder.addInner("z", typeOf({1, 1}));
  Node dequantize;
  dequantize.op = OpKind::Dequantize;
  dequantize.inputs = {half};
  dequantize.outputs = {w};
  builder.addNode(dequantize);
  for (const ValueId out : {y, z}) {
    Node dense;
    dense.op = OpKind::FullyConnected;
    dense.params = FullyConnectedParams{};
    dense.inputs = {x, w};
    dense.outputs = {out};
    builder.addNode(dense);
  }
  builder.setOutputs({y, z});
  Result<Graph> graph = std::move(builder).build();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  EXPECT_EQ(parameterCount(graph.value()), 2);
}

}  // namespace
}  // namespace trireme::graph
