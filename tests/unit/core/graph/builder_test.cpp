#include "core/graph/graph_verifier.h"
#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Node node(OpKind op, std::vector<ValueId> inputs, std::vector<ValueId> outputs, OpParams params = NoParams{}) {
  Node made;
  made.op = op;
  made.params = std::move(params);
  made.inputs = std::move(inputs);
  made.outputs = std::move(outputs);
  return made;
}
std::string refusal(Builder builder) {
  Result<Graph> graph = std::move(builder).build();
  return graph.ok() ? "it builds" : std::string(graph.status().message());
}

TEST(Builder, PutsNodesInAnOrderInWhichTheyCanRun) {
  Builder builder;
  const ValueId x = builder.addInput("x", typeOf({2})), y = builder.addInner("y", typeOf({2})),
                z = builder.addInner("z", typeOf({2})), w = builder.addInner("w", typeOf({2}));
  builder.addNode(node(OpKind::Relu, {y}, {z}));
  builder.addNode(node(OpKind::Abs, {x}, {w}));
  builder.addNode(node(OpKind::Neg, {x}, {y}));
  builder.setOutputs({z, w});
  Result<Graph> built = std::move(builder).build();
  ASSERT_TRUE(built.ok()) << built.status().message();
  const Graph& graph = built.value();
  EXPECT_EQ(graph.node(NodeId{0}).op, OpKind::Abs);
  EXPECT_EQ(graph.node(NodeId{1}).op, OpKind::Neg);
  EXPECT_EQ(graph.node(NodeId{2}).op, OpKind::Relu);
  EXPECT_THAT(graph.node(NodeId{2}).origins, ElementsAre(0));
  EXPECT_EQ(graph.producer(y), NodeId{1});
  EXPECT_EQ(graph.producer(x), std::nullopt);
  EXPECT_THAT(graph.consumers(x), ElementsAre(NodeId{0}, NodeId{1}));
  EXPECT_TRUE(graph.consumers(z).empty());
}

TEST(Builder, ListsAConsumerOnceThatReadsAValueTwice) {
  Builder builder;
  const ValueId x = builder.addInput("x", typeOf({2})), y = builder.addInner("y", typeOf({2}));
  builder.addNode(node(OpKind::Mul, {x, x}, {y}, ActivationParams{}));
  builder.setOutputs({y});
  Result<Graph> graph = std::move(builder).build();
  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(graph.value().consumers(x), ElementsAre(NodeId{0}));
}

TEST(Builder, CopiesConstantsThatItIsGivenAsElements) {
  std::optional<Result<Graph>> graph;
  {
    Builder builder;
    std::vector<float> elements{1, 2};
    builder.setOutputs({builder.addConstant("c", typeOf({2}), elements)});
    elements = {3, 4};
    graph.emplace(std::move(builder).build());
  }
  ASSERT_TRUE(graph->ok());
  const std::span<const std::byte> bytes = graph->value().values()[0].constant;
  ASSERT_EQ(bytes.size(), 8U);
  EXPECT_EQ(*reinterpret_cast<const float*>(bytes.data()), 1.0F);
}

TEST(GraphVerifier, NamesACircle) {
  Builder builder;
  const ValueId x = builder.addInner("x", typeOf({2})), y = builder.addInner("y", typeOf({2}));
  builder.addNode(node(OpKind::Relu, {y}, {x}));
  builder.addNode(node(OpKind::Abs, {x}, {y}));
  EXPECT_THAT(refusal(std::move(builder)), HasSubstr("operator 0 RELU waits for itself"));
}

TEST(GraphVerifier, NamesTwoWriters) {
  Builder builder;
  const ValueId x = builder.addInput("x", typeOf({2})), y = builder.addInner("y", typeOf({2}));
  builder.addNode(node(OpKind::Relu, {x}, {y}));
  builder.addNode(node(OpKind::Abs, {x}, {y}));
  EXPECT_EQ(refusal(std::move(builder)), "operator 0 RELU and operator 1 ABS both write 'y'");
}

TEST(GraphVerifier, NamesIdsThatDoNotExist) {
  for (const auto place : {0, 1, 2, 3, 4}) {
    Builder builder;
    const ValueId x = builder.addInput("x", typeOf({2})), y = builder.addInner("y", typeOf({2}));
    const ValueId missing{static_cast<uint32_t>(2 + place)};
    Node relu = node(OpKind::Relu, {place == 0 ? missing : x}, {place == 1 ? missing : y});
    if (place == 2) relu.intermediates = {missing};
    builder.addNode(relu);
    if (place == 3) builder.setInputs({missing});
    builder.setOutputs({place == 4 ? missing : x});
    EXPECT_THAT(refusal(std::move(builder)),
                testing::AllOf(HasSubstr("value " + std::to_string(2 + place)), HasSubstr("2")));
  }
}

TEST(GraphVerifier, WantsEveryReadValueWritten) {
  Builder builder;
  const ValueId x = builder.addInner("x", typeOf({2})), y = builder.addInner("y", typeOf({2}));
  builder.addNode(node(OpKind::Relu, {x}, {y}));
  EXPECT_EQ(refusal(std::move(builder)), "operator 0 RELU, input 0 'x': nothing writes it before it is read");
}

TEST(GraphVerifier, WantsEveryOutputWritten) {
  Builder builder;
  builder.setOutputs({builder.addInner("y", typeOf({2}))});
  EXPECT_EQ(refusal(std::move(builder)), "graph output 0 'y': nothing writes it");
}

TEST(GraphVerifier, AllowsAnInputAndAConstantAsOutputs) {
  Builder builder;
  const ValueId x = builder.addInput("x", typeOf({2}));
  builder.setOutputs({x, x, builder.addConstant("c", typeOf({1}), std::vector<float>{1})});
  EXPECT_EQ(refusal(std::move(builder)), "it builds");
}

TEST(GraphVerifier, ForbidsWritingToAnInputOrAConstant) {
  for (const bool constant : {false, true}) {
    Builder builder;
    const ValueId x = builder.addInput("x", typeOf({1})), other = builder.addInput("other", typeOf({1}));
    const ValueId target = constant ? builder.addConstant("c", typeOf({1}), std::vector<float>{1}) : other;
    builder.addNode(node(OpKind::Relu, {x}, {target}));
    EXPECT_THAT(refusal(std::move(builder)), HasSubstr("it is an input, a constant or written by another node"));
  }
}

TEST(GraphVerifier, ForbidsAnInputThatIsListedTwiceOrConstant) {
  Builder twice;
  const ValueId x = twice.addInput("x", typeOf({1}));
  twice.setInputs({x, x});
  EXPECT_EQ(refusal(std::move(twice)), "graph input 1 'x' is listed twice");
  Builder constant;
  constant.setInputs({constant.addConstant("c", typeOf({1}), std::vector<float>{1})});
  EXPECT_EQ(refusal(std::move(constant)), "graph input 0 'c' is a constant");
}

TEST(GraphVerifier, MeasuresConstants) {
  Builder builder;
  builder.addConstant("c", typeOf({3}), std::vector<float>{1, 2});
  EXPECT_EQ(refusal(std::move(builder)), "constant 'c' has 8 bytes, its type float32 3 needs 12");
  Builder unknown;
  unknown.addConstant("c", typeOf({-1}), std::vector<float>{1, 2});
  EXPECT_EQ(refusal(std::move(unknown)), "constant 'c' has the unknown shape ?");
  Builder empty;
  empty.addConstant("c", typeOf({0}), std::vector<float>{});
  EXPECT_EQ(refusal(std::move(empty)), "it builds");
}

std::string quantized(Quantization quantization) {
  Builder builder;
  TensorType type = typeOf({2, 3}, DataType::Int8);
  type.quantization = std::move(quantization);
  builder.addInput("q", type);
  return refusal(std::move(builder));
}

TEST(GraphVerifier, MeasuresQuantization) {
  EXPECT_EQ(quantized({{0.5F}, {0}, -1, 0}), "it builds");
  EXPECT_EQ(quantized({{0.5F, 1, 2}, {0, 0, 0}, 1, 0}), "it builds");
  EXPECT_EQ(quantized({{0.5F}, {}, -1, 0}), "'q' has 1 scales and 0 zero points");
  EXPECT_EQ(quantized({{0.5F, 1}, {0, 0}, -1, 0}), "'q' is quantised per tensor and has 2 scales");
  EXPECT_EQ(quantized({{0.5F, 1}, {0, 0}, 1, 0}), "'q' has 2 scales for the 3 slices of axis 1");
  EXPECT_EQ(quantized({{0.5F, 1}, {0, 0}, 2, 0}), "'q' is quantised along axis 2 and has rank 2");
  EXPECT_EQ(quantized({{INFINITY}, {0}, -1, 0}), "'q' has a scale that is not finite");
}

TEST(GraphVerifier, ChecksTheNumberOfOperands) {
  EXPECT_THAT(infer({OpKind::Conv2d, Conv2dParams{}, {in({1, 1, 1, 1})}}),
              HasSubstr("operator 7 CONV_2D: expected 2 to 3 inputs, found 1"));
  EXPECT_THAT(infer({OpKind::Relu, NoParams{}, {in({1})}, {typeOf({1}), typeOf({1})}}),
              HasSubstr("operator 7 RELU: expected 1 outputs, found 2"));
  EXPECT_THAT(infer({OpKind::Concatenation, ConcatenationParams{}, {}}),
              HasSubstr("expected 1 or more inputs, found 0"));
}

TEST(GraphVerifier, ChecksWhichOperandsMayBeAbsent) {
  EXPECT_THAT(infer({OpKind::Conv2d, Conv2dParams{}, {in({1, 1, 1, 1}), absent()}}),
              HasSubstr("operator 7 CONV_2D: input 1 is absent and may not be"));
  EXPECT_THAT(infer({OpKind::Concatenation, ConcatenationParams{}, {in({1}), absent()}}),
              HasSubstr("input 1 is absent"));
  EXPECT_EQ(infer({OpKind::Conv2d, Conv2dParams{}, {in({1, 1, 1, 1}), in({1, 1, 1, 1}), absent()}}), "1x1x1x1");
}

TEST(GraphVerifier, ChecksThatOptionsFitTheOperator) {
  EXPECT_THAT(infer({OpKind::Conv2d, NoParams{}, {in({1, 1, 1, 1}), in({1, 1, 1, 1})}}),
              HasSubstr("operator 7 CONV_2D has the options of another operator"));
}

TEST(GraphVerifier, LeavesOperatorsAloneThatAreNotImplemented) {
  EXPECT_EQ(infer({OpKind::Rfft2d, NoParams{}, {in({4})}, {typeOf({9})}}), "9");
}

TEST(GraphVerifier, FollowsStateSlots) {
  Builder builder;
  const ValueId read = builder.addInner("h", typeOf({2})), written = builder.addInner("h'", typeOf({2}));
  builder.addNode(node(OpKind::Relu, {read}, {written}));
  builder.addState({read, written, {}});
  EXPECT_EQ(refusal(std::move(builder)), "it builds");
  Builder types;
  const ValueId from = types.addInner("h", typeOf({2})), to = types.addInner("h'", typeOf({2}, DataType::Int8));
  types.addNode(node(OpKind::Quantize, {from}, {to}));
  types.addState({from, to, {}});
  EXPECT_EQ(refusal(std::move(types)), "state slot 0 reads float32 and keeps int8");
  Builder unwritten;
  const ValueId kept = unwritten.addInner("h", typeOf({2}));
  unwritten.addState({kept, unwritten.addInner("h'", typeOf({2})), {}});
  EXPECT_THAT(refusal(std::move(unwritten)), HasSubstr("nothing writes it"));
}

}  // namespace
}  // namespace trireme::graph
