#include "kernels/reference/evaluate.h"

#include <gtest/gtest.h>

#include <set>

#include "one_op.h"

namespace trireme::test {
namespace {

OneOp relu(TensorType in, TensorType out) {
  return {OpKind::Relu, NoParams{}, {operand(std::move(in), std::vector<float>{-1, 2})}, {std::move(out)}};
}

TEST(Families, NameEveryOperatorOnce) {
  std::set<OpKind> seen;
  for (const auto family : reference::families()) {
    EXPECT_FALSE(family.empty());
    for (const reference::Entry& entry : family) {
      EXPECT_TRUE(seen.insert(entry.op).second) << opName(entry.op);
      EXPECT_NE(entry.supports, nullptr);
      EXPECT_NE(entry.prepare, nullptr);
    }
  }
  EXPECT_GE(seen.size(), 60u);
}

TEST(Evaluate, ComputesANode) {
  const auto graph = buildOne(relu(tensorType(DataType::Float32, {2}), tensorType(DataType::Float32, {2})));
  ASSERT_TRUE(graph.ok());
  const float in[] = {-1, 2};
  float out[] = {9, 9};
  const std::byte* inputs[] = {reinterpret_cast<const std::byte*>(in)};
  std::byte* outputs[] = {reinterpret_cast<std::byte*>(out)};
  const Status status = reference::evaluate(graph.value(), graph.value().node(NodeId(0)), {inputs, outputs, nullptr});
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 2);
}

TEST(Supports, AsksForKnownShapes) {
  const Support support =
      supportsOne(relu(tensorType(DataType::Float32, {kUnknownDim}), tensorType(DataType::Float32, {2})));
  ASSERT_FALSE(support.ok());
  EXPECT_EQ(support.reasons()[0].code, ReasonCode::DynamicShape);
}

TEST(Supports, KnowsWhatItLacks) {
  OneOp one = relu(tensorType(DataType::Float32, {2}), tensorType(DataType::Float32, {2}));
  one.op = OpKind::Cumsum;
  const Support support = supportsOne(one);
  ASSERT_FALSE(support.ok());
  EXPECT_EQ(support.reasons()[0].code, ReasonCode::UnknownOp);
}

TEST(Prepare, TellsBrokenModelsFromWhatIsNotImplemented) {
  const auto codeOf = [](const OneOp& one) {
    const auto graph = buildOne(one);
    EXPECT_TRUE(graph.ok()) << graph.status().message();
    return reference::prepare(graph.value(), graph.value().node(NodeId(0))).status().code();
  };
  EXPECT_EQ(codeOf(relu(tensorType(DataType::Float32, {2}), tensorType(DataType::Float32, {3}))), Code::InvalidModel);
  EXPECT_EQ(codeOf(relu(tensorType(DataType::Int64, {1}), tensorType(DataType::Int64, {1}))), Code::Unsupported);
}

TEST(Prepare, SpeaksOfEveryReason) {
  OneOp one = relu(tensorType(DataType::Float32, {2}), tensorType(DataType::Int8, {3}, 1, 0));
  const std::string text = refusalOf(one);
  EXPECT_NE(text.find("output 0 'out' (int8 3)"), std::string::npos) << text;
}

}  // namespace
}  // namespace trireme::test
