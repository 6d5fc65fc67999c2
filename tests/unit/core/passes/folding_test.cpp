#include "graph_maker.h"

namespace trireme::passes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConstantFolding, ComputesWhatHangsOnConstantsAlone) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId c = make.floats("c", {1, -2});
  const ValueId negated = make.node(OpKind::Neg, NoParams{}, {c}, "negated", typeOf({2}));
  const ValueId absolute = make.node(OpKind::Abs, NoParams{}, {negated}, "absolute", typeOf({2}));
  const ValueId y = make.node(OpKind::Add, AddParams{}, {x, absolute}, "y", typeOf({2}));
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(text(result.graph), "ADD(x, absolute)");
  EXPECT_THAT(elements<float>(named(result.graph, "absolute")), ElementsAre(1, 2));
  EXPECT_EQ(changed(result, "constant-folding"), 2U);
  ASSERT_EQ(result.folded.size(), 2U);
  EXPECT_EQ(result.folded[0].origin, 0U);
  EXPECT_EQ(result.folded[0].why, "constant-folding: its inputs are constants, it is computed once");
  EXPECT_THAT(result.graph.node(NodeId{0}).origins, ElementsAre(2));
  const auto by = [](uint32_t origin) { return Change{origin, "constant-folding"}; };
  EXPECT_THAT(result.changes, ElementsAre(by(0), by(1), by(2)));  // the last one reads a constant now
  // What only the folded nodes read is gone.
  for (const Value& value : result.graph.values()) EXPECT_NE(value.name, "c");
}

TEST(ConstantFolding, MayLeaveNoNodeAtAll) {
  GraphMaker make;
  const ValueId c = make.floats("c", {1, -2});
  const ValueId y = make.node(OpKind::Neg, NoParams{}, {c}, "y", typeOf({2}));
  const PassResult result = passed(make.build({y, c}));
  EXPECT_TRUE(result.graph.nodes().empty());
  ASSERT_EQ(result.graph.outputs().size(), 2U);
  EXPECT_EQ(result.graph.value(result.graph.outputs()[0]).name, "y");
  EXPECT_THAT(elements<float>(named(result.graph, "y")), ElementsAre(-1, 2));
}

TEST(ConstantFolding, FollowsAShapeToAReshape) {
  // x ?x4 -> SHAPE -> [0] -> PACK with 4 -> RESHAPE of z (a vector of as many elements).
  GraphMaker make;
  Value input;
  input.name = "x";
  input.type = typeOf({1, 4});
  input.declared = typeOf({-1, 4}).shape;
  const ValueId x = make.builder().addValue(input);
  input.name = "z";
  input.type = typeOf({4});
  input.declared = typeOf({-1}).shape;
  const ValueId z = make.builder().addValue(input);
  make.builder().setInputs({x, z});
  const ValueId shape = make.node(OpKind::Shape, ShapeParams{}, {x}, "shape", typeOf({2}, DataType::Int32));
  StridedSliceParams params;
  params.shrinkAxisMask = 1;
  const ValueId zero = make.integers("zero", {0}), one = make.integers("one", {1});
  const ValueId rows =
      make.node(OpKind::StridedSlice, params, {shape, zero, one, one}, "rows", typeOf({}, DataType::Int32));
  const std::vector<int32_t> four{4};
  const ValueId columns = make.builder().addConstant("columns", typeOf({}, DataType::Int32), four);
  const ValueId packed =
      make.node(OpKind::Pack, PackParams{2, 0}, {rows, columns}, "packed", typeOf({2}, DataType::Int32));
  const ValueId y = make.node(OpKind::Reshape, ReshapeParams{}, {z, packed}, "y", typeOf({-1, -1}));
  const ValueId soft = make.node(OpKind::Softmax, SoftmaxParams{}, {y}, "soft", typeOf({-1, -1}));
  const Graph graph = make.build({soft});

  const PassResult three = passed(graph, {}, {{0, typeOf({3, 4}).shape}, {1, typeOf({12}).shape}});
  EXPECT_EQ(text(three.graph), "RESHAPE(z, packed) SOFTMAX(y)");
  EXPECT_EQ(named(three.graph, "soft").type.shape.text(), "3x4");
  EXPECT_THAT(elements<int32_t>(named(three.graph, "packed")), ElementsAre(3, 4));
  EXPECT_EQ(three.folded[0].why, "constant-folding: the shape is known before running");
  // The same graph for other shapes: nothing of the first run sticks.
  const PassResult five = passed(graph, {}, {{0, typeOf({5, 4}).shape}, {1, typeOf({20}).shape}});
  EXPECT_EQ(named(five.graph, "soft").type.shape.text(), "5x4");
}

TEST(ConstantFolding, BlamesTheCallerForShapesThatAFoldedOneContradicts) {
  GraphMaker make;
  Value input;
  input.name = "x";
  input.type = typeOf({2, 3});
  input.declared = typeOf({-1, -1}).shape;
  const ValueId x = make.builder().addValue(input);
  make.builder().setInputs({x});
  const ValueId four = make.integers("four", {-4});
  const ValueId size = make.node(OpKind::Abs, NoParams{}, {four}, "size", typeOf({1}, DataType::Int32));
  const ValueId y = make.node(OpKind::Reshape, ReshapeParams{}, {x, size}, "y", typeOf({-1}));
  const Result<PassResult> result = runPasses(make.build({y}), {}, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().message(), "operator 1 RESHAPE: 6 elements (2x3) cannot become 4");
}

TEST(ConstantFolding, LeavesLargeResultsToTheRun) {
  GraphMaker make;
  const ValueId row = make.builder().addConstant("row", typeOf({1, 8192}), std::vector<float>(8192, 1));
  const ValueId column = make.builder().addConstant("column", typeOf({8192, 1}), std::vector<float>(8192, 2));
  const ValueId y = make.node(OpKind::Mul, ActivationParams{}, {row, column}, "y", typeOf({8192, 8192}));  // 256 MiB
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(text(result.graph), "MUL(row, column)");
}

TEST(ConstantFolding, AddsUpWhatItMayAdd) {
  GraphMaker make;
  const ValueId row = make.builder().addConstant("row", typeOf({1, 4096}), std::vector<float>(4096, 1));
  const ValueId column = make.builder().addConstant("column", typeOf({2048, 1}), std::vector<float>(2048, 2));
  std::vector<ValueId> outputs;  // 32 MiB each
  for (const char* name : {"a", "b", "c", "d"}) {
    outputs.push_back(make.node(OpKind::Mul, ActivationParams{}, {row, column}, name, typeOf({2048, 4096})));
  }
  const PassResult result = passed(make.build(outputs));
  EXPECT_EQ(changed(result, "constant-folding"), 2U);
  EXPECT_EQ(result.graph.nodes().size(), 2U);
}

TEST(ConstantFolding, LeavesANodeAloneThatWouldFail) {
  GraphMaker make;
  const ValueId table = make.floats("table", {1, 2});
  const ValueId where = make.integers("where", {5});
  const ValueId y = make.node(OpKind::Gather, GatherParams{}, {table, where}, "y", typeOf({1}));
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(text(result.graph), "GATHER(table, where)");
}

TEST(ConstantFolding, LeavesOperatorsAloneThatAreNotImplemented) {
  GraphMaker make;
  const ValueId c = make.floats("c", {1, 2});
  const ValueId y = make.node(OpKind::Cos, NoParams{}, {c}, "y", typeOf({2}));
  const ValueId z = make.node(OpKind::Neg, NoParams{}, {c}, "z", typeOf({2}), 99);
  EXPECT_EQ(text(passed(make.build({y, z})).graph), "COS(c) NEG(c)");
}

TEST(Float16Folding, HoldsWeightsAsFloat32) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({3}));
  const std::vector<uint16_t> halves{0x3C00, 0xC000, 0x3555};
  const ValueId half = make.builder().addConstant("half", typeOf({3}, DataType::Float16), halves);
  const ValueId whole = make.node(OpKind::Dequantize, NoParams{}, {half}, "whole", typeOf({3}));
  const ValueId y = make.node(OpKind::Add, AddParams{}, {x, whole}, "y", typeOf({3}));
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(text(result.graph), "ADD(x, whole)");
  EXPECT_THAT(elements<float>(named(result.graph, "whole")), ElementsAre(1.0F, -2.0F, 0.333251953125F));
  EXPECT_EQ(changed(result, "float16-dequantize"), 1U);
  EXPECT_EQ(changed(result, "constant-folding"), 0U);
  EXPECT_THAT(result.folded[0].why, HasSubstr("float16-dequantize: "));
}

TEST(Float16Folding, LeavesOtherDequantizationsToTheOtherPass) {
  GraphMaker make;
  TensorType type = typeOf({2}, DataType::Int8);
  type.quantization = {{0.5F}, {0}, -1, 0};
  const ValueId codes = make.builder().addConstant("codes", type, std::vector<int8_t>{2, -4});
  const ValueId y = make.node(OpKind::Dequantize, NoParams{}, {codes}, "y", typeOf({2}));
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(changed(result, "float16-dequantize"), 0U);
  EXPECT_EQ(changed(result, "constant-folding"), 1U);
  EXPECT_THAT(elements<float>(named(result.graph, "y")), ElementsAre(1, -2));
}

TEST(Preserved, TensorsStayReadableAsConstants) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId c = make.floats("c", {1, -2});
  const ValueId negated = make.node(OpKind::Neg, NoParams{}, {c}, "negated", typeOf({2}));
  const ValueId absolute = make.node(OpKind::Abs, NoParams{}, {negated}, "absolute", typeOf({2}));
  const ValueId y = make.node(OpKind::Add, AddParams{}, {x, absolute}, "y", typeOf({2}));
  const PassResult result = passed(make.build({y}), {"negated"});
  EXPECT_EQ(text(result.graph), "ADD(x, absolute)");
  EXPECT_THAT(elements<float>(named(result.graph, "negated")), ElementsAre(-1, 2));
}

TEST(Preserved, NamesThatDoNotExistAreAnError) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const std::vector<std::string> names{"nowhere"};
  const Result<PassResult> result = runPasses(make.build({x}), {}, names);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), Code::InvalidArgument);
  EXPECT_EQ(result.status().message(), "there is no tensor 'nowhere' to preserve");
}

}  // namespace
}  // namespace trireme::passes
