// Identities and dead nodes.
#include "graph_maker.h"

namespace trireme::passes {
namespace {

using testing::ElementsAre;

// x - RELU - a - OP - b - NEG - y, where OP hands a on (or not).
struct Middle {
  OpKind op;
  OpParams params;
  std::vector<std::vector<int32_t>> operands;  // behind a
  std::vector<int64_t> dims{2, 2};
  TensorType to{};  // default: like a
  TensorType type{};
};
PassResult around(const Middle& middle, bool pairs = false) {
  GraphMaker make;
  TensorType type = middle.type.shape.rank() > 0 ? middle.type : typeOf(middle.dims);
  const ValueId x = make.input("x", type);
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {x}, "a", type);
  std::vector<ValueId> inputs{a};
  for (const std::vector<int32_t>& operand : middle.operands) {
    if (pairs) {
      inputs.push_back(make.builder().addConstant(
          "pairs", typeOf({static_cast<int64_t>(operand.size() / 2), 2}, DataType::Int32), operand));
    } else {
      inputs.push_back(make.integers("operand", operand));
    }
  }
  if (middle.op == OpKind::Split) std::swap(inputs[0], inputs[1]);
  const TensorType to = middle.to.shape.rank() > 0 ? middle.to : type;
  const ValueId b = make.node(middle.op, middle.params, inputs, "b", to);
  const ValueId y = make.node(OpKind::Relu, NoParams{}, {b}, "y", to);
  return passed(make.build({y}));
}

void expectGone(const Middle& middle, bool pairs = false) {
  const PassResult result = around(middle, pairs);
  EXPECT_EQ(text(result.graph), "RELU(x) RELU(a)") << opName(middle.op);
  ASSERT_EQ(result.folded.size(), 1U) << opName(middle.op);
  EXPECT_EQ(result.folded[0].origin, 1U);
  EXPECT_EQ(result.folded[0].why, "identities: it hands on 'a' as it is");
  ASSERT_EQ(result.changes.size(), 2U);  // the one that is gone, and the one that reads 'a' now
  EXPECT_EQ(result.changes[0], (Change{1, "identities"}));
  EXPECT_EQ(result.changes[1], (Change{2, "identities"}));
}
void expectStays(const Middle& middle, bool pairs = false) {
  EXPECT_EQ(around(middle, pairs).graph.nodes().size(), 3U) << opName(middle.op);
}

TEST(Identities, GoWhereNothingChanges) {
  expectGone({OpKind::Reshape, ReshapeParams{}, {{2, 2}}});
  expectGone({OpKind::Reshape, ReshapeParams{}, {{-1, 2}}});
  expectGone({OpKind::Squeeze, SqueezeParams{}, {}});
  expectGone({OpKind::Cast, NoParams{}, {}});
  expectGone({OpKind::Transpose, NoParams{}, {{0, 1}}});
  expectGone({OpKind::Transpose, NoParams{}, {{1, 0, 2}}, {1, 1, 3}});
  expectGone({OpKind::Pad, NoParams{}, {{0, 0, 0, 0}}}, true);
  expectGone({OpKind::MirrorPad, MirrorPadParams{}, {{0, 0, 0, 0}}}, true);
  expectGone({OpKind::Slice, NoParams{}, {{0, 0}, {2, -1}}});
  expectGone({OpKind::StridedSlice, StridedSliceParams{}, {{0, 0}, {2, 9}, {1, 1}}});
  expectGone({OpKind::Concatenation, ConcatenationParams{}, {}});
  expectGone({OpKind::Split, SplitParams{1}, {{0}}});
  expectGone({OpKind::DepthToSpace, BlockParams{1}, {}, {1, 2, 2, 3}});
}

TEST(Identities, StayWhereElementsMove) {
  expectStays({OpKind::Transpose, NoParams{}, {{1, 0}}});  // the same shape, other elements
  StridedSliceParams all;
  all.beginMask = all.endMask = 3;
  expectStays({OpKind::StridedSlice, all, {{0, 0}, {0, 0}, {-1, 1}}});  // backwards
  StridedSliceParams turned;
  turned.newAxisMask = 1;
  turned.shrinkAxisMask = 2;
  expectStays({OpKind::StridedSlice, turned, {{0, 0}, {0, 1}, {1, 1}}, {1, 2}});
  expectStays({OpKind::Concatenation, ConcatenationParams{0, Activation::Relu}, {}});
  expectStays({OpKind::Reshape, ReshapeParams{}, {{4}}, {2, 2}, typeOf({4})});
}

TEST(Identities, LookAtQuantizationToo) {
  TensorType coarse = typeOf({4}, DataType::Int8), fine = coarse;
  coarse.quantization = {{0.5F}, {1}, -1, 0};
  fine.quantization = {{0.25F}, {1}, -1, 0};
  expectGone({OpKind::Quantize, NoParams{}, {}, {4}, coarse, coarse});
  expectStays({OpKind::Quantize, NoParams{}, {}, {4}, fine, coarse});
}

TEST(Identities, StayWhereOnlyARunTellsTheOperands) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2, 2})), paddings = make.input("paddings", typeOf({2, 2}, DataType::Int32));
  const ValueId a = make.node(OpKind::Pad, NoParams{}, {x, paddings}, "a", typeOf({2, 2}));
  const ValueId y = make.node(OpKind::Relu, NoParams{}, {a}, "y", typeOf({2, 2}));
  EXPECT_EQ(text(passed(make.build({y})).graph), "PAD(x, paddings) RELU(a)");
}

TEST(Identities, KeepTheNameOfAGraphOutput) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  const ValueId y = make.node(OpKind::Cast, NoParams{}, {a}, "y", typeOf({2}));
  const ValueId z = make.node(OpKind::Abs, NoParams{}, {a}, "z", typeOf({2}));
  const PassResult result = passed(make.build({y, z}));
  EXPECT_EQ(text(result.graph), "RELU(x) ABS(y)");
  EXPECT_EQ(result.graph.value(result.graph.outputs()[0]).name, "y");
}

TEST(Identities, StayBetweenAnInputAndAnOutput) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId y = make.node(OpKind::Cast, NoParams{}, {x}, "y", typeOf({2}));
  EXPECT_EQ(text(passed(make.build({y})).graph), "CAST(x)");
}

TEST(Identities, StayBetweenTwoOutputs) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  const ValueId y = make.node(OpKind::Cast, NoParams{}, {a}, "y", typeOf({2}));
  const ValueId z = make.node(OpKind::Cast, NoParams{}, {y}, "z", typeOf({2}));
  const PassResult result = passed(make.build({a, z}));
  // Of the two casts one has to stay, to make an output that is not the other's memory.
  EXPECT_EQ(text(result.graph), "RELU(x) CAST(a)");
  EXPECT_EQ(result.graph.value(result.graph.outputs()[0]).name, "a");
  EXPECT_EQ(result.graph.value(result.graph.outputs()[1]).name, "z");
}

TEST(Identities, GoInChains) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  ValueId last = make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  for (const char* name : {"b", "c", "d"}) last = make.node(OpKind::Cast, NoParams{}, {last}, name, typeOf({2}));
  const PassResult result = passed(make.build({last}));
  EXPECT_EQ(text(result.graph), "RELU(x)");
  EXPECT_EQ(result.graph.value(result.graph.outputs()[0]).name, "d");
}

TEST(Preserved, TensorsSurviveBesideAnIdentity) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  const ValueId b = make.node(OpKind::Cast, NoParams{}, {a}, "b", typeOf({2}));
  const ValueId y = make.node(OpKind::Neg, NoParams{}, {b}, "y", typeOf({2}));
  const Graph graph = make.build({y});
  EXPECT_EQ(text(passed(graph, {"b"}).graph), "RELU(x) NEG(b)");
  EXPECT_EQ(text(passed(graph, {"a", "b"}).graph), "RELU(x) CAST(a) NEG(b)");
}

TEST(DeadNodes, GoWithWhatOnlyTheyRead) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2})), unused = make.input("unused", typeOf({2}));
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {unused}, "a", typeOf({2}));
  make.node(OpKind::Abs, NoParams{}, {a}, "b", typeOf({2}));
  const ValueId y = make.node(OpKind::Neg, NoParams{}, {x}, "y", typeOf({2}));
  const PassResult result = passed(make.build({y}));
  EXPECT_EQ(text(result.graph), "NEG(x)");
  EXPECT_EQ(result.graph.inputs().size(), 2U);
  EXPECT_EQ(changed(result, "dead-nodes"), 2U);
  EXPECT_EQ(result.folded[0].why, "dead-nodes: nobody uses what it computes");
}

TEST(DeadNodes, StayWhereTheyMayDoMoreThanCompute) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  const ValueId a = make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  make.node(OpKind::Custom, CustomParams{"Print", {}}, {a}, "nothing", typeOf({1}));
  const ValueId y = make.node(OpKind::Neg, NoParams{}, {x}, "y", typeOf({2}));
  EXPECT_EQ(text(passed(make.build({y})).graph), "RELU(x) CUSTOM(a) NEG(x)");
}

TEST(DeadNodes, StayWhereAPreservedTensorOrAStateNeedsThem) {
  GraphMaker make;
  const ValueId x = make.input("x", typeOf({2}));
  make.node(OpKind::Relu, NoParams{}, {x}, "a", typeOf({2}));
  const ValueId state = make.builder().addInner("h", typeOf({2}));
  const ValueId next = make.node(OpKind::Add, AddParams{}, {state, x}, "h'", typeOf({2}));
  make.builder().addState({state, next, {}});
  const Graph graph = make.build({x});
  EXPECT_EQ(text(passed(graph).graph), "ADD(h, x)");
  EXPECT_EQ(text(passed(graph, {"a"}).graph), "RELU(x) ADD(h, x)");
}

}  // namespace
}  // namespace trireme::passes
