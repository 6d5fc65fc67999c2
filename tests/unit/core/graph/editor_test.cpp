#include "core/graph/editor.h"

#include "graphs.h"

namespace trireme::graph {
namespace {

using testing::ElementsAre;

Node unary(OpKind op, ValueId from, ValueId to) {
  Node node;
  node.op = op;
  node.inputs = {from};
  node.outputs = {to};
  return node;
}

// x - RELU - a - ABS - b - NEG - y, and c that nobody uses
Graph chain() {
  Builder builder("chain");
  const ValueId x = builder.addInput("x", typeOf({2}));
  const ValueId a = builder.addInner("a", typeOf({2})), b = builder.addInner("b", typeOf({2})),
                y = builder.addInner("y", typeOf({2}));
  builder.addConstant("c", typeOf({1}), std::vector<float>{1});
  builder.addNode(unary(OpKind::Relu, x, a));
  builder.addNode(unary(OpKind::Abs, a, b));
  builder.addNode(unary(OpKind::Neg, b, y));
  builder.setOutputs({y});
  Result<Graph> graph = std::move(builder).build();
  EXPECT_TRUE(graph.ok());
  return std::move(graph).value();
}
std::vector<std::string> names(const Graph& graph) {
  std::vector<std::string> all;
  for (const Value& value : graph.values()) all.push_back(value.name);
  return all;
}

TEST(Editor, DropsRemovedNodesAndUnusedValues) {
  Editor editor(chain());
  editor.replaceUses(ValueId{2}, ValueId{1});
  editor.removeNode(NodeId{1});
  Result<Graph> graph = std::move(editor).finish();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  EXPECT_THAT(names(graph.value()), ElementsAre("x", "a", "y"));
  ASSERT_EQ(graph.value().nodes().size(), 2U);
  EXPECT_EQ(graph.value().name(), "chain");
  EXPECT_THAT(graph.value().node(NodeId{1}).inputs, ElementsAre(ValueId{1}));
  EXPECT_THAT(graph.value().consumers(ValueId{1}), ElementsAre(NodeId{1}));
}

TEST(Editor, HandsOriginsOn) {
  Editor editor(chain());
  editor.replaceUses(ValueId{2}, ValueId{1});
  editor.removeNode(NodeId{1}, NodeId{0});
  Result<Graph> graph = std::move(editor).finish();
  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(graph.value().node(NodeId{0}).origins, ElementsAre(0, 1));
}

TEST(Editor, AddsNodesBeforeOthers) {
  Editor editor(chain());
  Value inner;
  inner.name = "inner";
  inner.type = typeOf({2});
  const ValueId id = editor.addValue(inner);
  const NodeId added = editor.addNode(unary(OpKind::Square, ValueId{1}, id), NodeId{1});
  editor.node(NodeId{1}).inputs = {id};
  EXPECT_FALSE(editor.isRemoved(added));
  Result<Graph> graph = std::move(editor).finish();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  EXPECT_EQ(graph.value().node(NodeId{1}).op, OpKind::Square);
  EXPECT_THAT(graph.value().node(NodeId{1}).origins, ElementsAre(1));
}

TEST(Editor, RefusesToLeaveAValueUnwritten) {
  Editor editor(chain());
  editor.removeNode(NodeId{1});
  EXPECT_FALSE(std::move(editor).finish().ok());
}

TEST(Editor, TurnsAnOutputIntoAConstant) {
  Editor editor(chain());
  const float bytes[2] = {3, 4};
  const auto raw = std::as_bytes(std::span(bytes));
  editor.makeConstant(ValueId{3}, {raw.begin(), raw.end()});
  for (uint32_t n = 0; n < 3; ++n) editor.removeNode(NodeId{n});
  Result<Graph> graph = std::move(editor).finish();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  EXPECT_TRUE(graph.value().nodes().empty());
  const Value& y = graph.value().value(graph.value().outputs()[0]);
  EXPECT_EQ(y.name, "y");
  EXPECT_TRUE(y.isConstant);
  EXPECT_EQ(reinterpret_cast<const float*>(y.constant.data())[1], 4.0F);
}

TEST(Editor, KeepsAValueThatNobodyUses) {
  Editor editor(chain());
  editor.keepValue(ValueId{4});
  Result<Graph> graph = std::move(editor).finish();
  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(names(graph.value()), ElementsAre("x", "a", "b", "y", "c"));
}

}  // namespace
}  // namespace trireme::graph
