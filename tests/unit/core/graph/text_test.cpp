// Names, tables, printing.
#include <set>

#include "core/graph/graph_printer.h"
#include "core/graph/implemented.h"
#include "core/graph/op_table.h"
#include "core/graph/ops/rules.h"
#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::HasSubstr;

TEST(OpTable, NamesOperatorsAsTheFormatDoes) {
  EXPECT_EQ(opName(OpKind::Conv2d), "CONV_2D");
  EXPECT_EQ(opName(OpKind::Convolution2dTransposeBias), "Convolution2DTransposeBias");
  EXPECT_EQ(opName(OpKind::Custom), "CUSTOM");
  EXPECT_EQ(opLine(OpKind::StablehloCase).code, 209);
}

TEST(OpTable, HasARuleForWhatIsImplementedAndForNothingElse) {
  for (const OpLine& line : opTable()) {
    Node node;
    node.op = line.op;
    node.version = line.version;
    EXPECT_EQ(findRule(node) != nullptr, line.version > 0) << line.name;
    node.version = static_cast<uint16_t>(line.version + 1);
    EXPECT_EQ(findRule(node), nullptr) << line.name;
  }
  std::set<OpKind> ruled;
  for (const std::span<const OpRule> family : ruleFamilies()) {
    for (const OpRule& rule : family) EXPECT_TRUE(ruled.insert(rule.op).second) << opName(rule.op);
  }
}

Graph mixed() {
  Builder builder("mixed");
  const ValueId x = builder.addInput("x \"quoted\"", typeOf({1, 4}));
  const ValueId c = builder.addConstant("c", typeOf({4}), std::vector<float>(4));
  ValueId last = x;
  const auto add = [&](OpKind op, uint16_t version, OpParams params, std::vector<ValueId> more) {
    Node node;
    node.op = op;
    node.version = version;
    node.params = std::move(params);
    node.inputs = {last};
    node.inputs.insert(node.inputs.end(), more.begin(), more.end());
    last = builder.addInner("v" + std::to_string(version), typeOf({1, 4}));
    node.outputs = {last};
    builder.addNode(node);
  };
  add(OpKind::Add, 1, AddParams{}, {c});
  add(OpKind::Cos, 1, NoParams{}, {});
  add(OpKind::Custom, 1, CustomParams{"Mine", {}}, {kNoValue});
  add(OpKind::Relu, 77, NoParams{}, {});
  for (int i = 0; i < 10; ++i) add(OpKind::Cos, 1, NoParams{}, {});
  builder.setOutputs({last});
  Result<Graph> graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok()) << graph.status().message();
  return std::move(graph).value();
}

TEST(Implemented, NamesEverythingThatIsMissingAtOnce) {
  const std::vector<MissingOperator> missing = missingOperators(mixed());
  ASSERT_EQ(missing.size(), 3U);
  EXPECT_EQ(missing[0].op, "COS");
  EXPECT_THAT(missing[0].nodes, testing::ElementsAre(1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
  EXPECT_EQ(missing[1].op, "CUSTOM Mine");
  EXPECT_EQ(missing[2].op, "RELU");
  EXPECT_EQ(missing[2].version, 77);
  const Status status = requireImplemented(mixed());
  EXPECT_EQ(status.code(), Code::Unsupported);
  EXPECT_EQ(status.message(),
            "not implemented: COS version 1 (operators 1, 4, 5, 6, 7, 8, 9, 10 and 3 more); CUSTOM Mine version 1 "
            "(operator 2); RELU version 77 (operator 3)");
}

TEST(Implemented, IsContentWithWhatIsThere) {
  Result<Graph> graph = build({OpKind::Relu, NoParams{}, {in({2})}});
  ASSERT_TRUE(graph.ok());
  EXPECT_TRUE(requireImplemented(graph.value()).ok());
  EXPECT_GE(implementedVersion(OpKind::Conv2d), 3);
}

TEST(GraphPrinter, WritesALineANode) {
  const std::string text = printGraph(mixed());
  EXPECT_THAT(text, HasSubstr("graph 'mixed': 14 nodes, 16 values\n"));
  EXPECT_THAT(text, HasSubstr("  input %0 'x \"quoted\"' float32 1x4\n"));
  EXPECT_THAT(text, HasSubstr("  operator 0 ADD v1 (%0, %1c) -> %2  float32 1x4\n"));
  EXPECT_THAT(text, HasSubstr("  operator 2 CUSTOM Mine v1 (%3, -) -> %4"));
  EXPECT_THAT(text, HasSubstr("  output %15 'v1' float32 1x4\n"));
}

TEST(GraphPrinter, WritesGraphvizWithEscapedNames) {
  const std::vector<std::string> colours{"#ff0000"};
  const std::string dot = printDot(mixed(), colours);
  EXPECT_THAT(dot, testing::StartsWith("digraph \"mixed\" {\n"));
  EXPECT_THAT(dot, HasSubstr("label=\"x \\\"quoted\\\"\\nfloat32 1x4\""));
  EXPECT_THAT(dot, HasSubstr("n0 [label=\"ADD\\n0\", fillcolor=\"#ff0000\"]"));
  EXPECT_THAT(dot, HasSubstr("v0 -> n0 [label=\"1x4\"]"));
  EXPECT_THAT(dot, testing::Not(HasSubstr("v1 ->")));  // constants are not drawn
  EXPECT_THAT(dot, testing::EndsWith("}\n"));
}

TEST(Describe, TellsTypesShortly) {
  TensorType type = typeOf({8, 3}, DataType::Int8);
  EXPECT_EQ(describe(type), "int8 8x3");
  type.quantization = {{0.5F}, {0}, -1, 0};
  EXPECT_EQ(describe(type), "int8 per tensor 8x3");
  type.quantization.axis = 0;
  EXPECT_EQ(describe(type), "int8 per channel 8x3");
}

TEST(Describe, ListsAllOriginsOfANode) {
  OneNode node{OpKind::Relu, NoParams{}, {in({2})}};
  Result<Graph> graph = build(node);
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(describe(graph.value(), NodeId{0}), "operator 7 RELU");
}

}  // namespace
}  // namespace trireme::graph
