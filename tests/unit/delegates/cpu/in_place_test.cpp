#include "delegates/cpu/lowering.h"
#include "tests/unit/delegates/cpu/partition_run.h"

namespace trireme::cpu {
namespace {

struct InPlaceCase {
  OpKind op;
  OpParams params;
  int inputs;
  DataType dtype;
};

Graph graphOf(const InPlaceCase& c, bool broadcastsFirst) {
  const auto type = [&](std::initializer_list<int64_t> dims) {
    return c.dtype == DataType::Float32 ? support::floats(dims) : support::quantized(c.dtype, dims, 0.02f, 3);
  };
  graph::Builder builder;
  Node node;
  node.op = c.op;
  node.params = c.params;
  if (c.inputs == 2) node.inputs.push_back(builder.addInput("a", broadcastsFirst ? type({1, 70}) : type({90, 70})));
  node.inputs.push_back(builder.addInput("b", type({90, 70})));
  node.outputs = {builder.addInner("out", type({90, 70}))};
  if (c.op == OpKind::Prelu) {
    node.inputs.push_back(builder.addConstant("alpha", support::floats({70}), std::vector<float>(70, 0.3f)));
  }
  builder.setOutputs(node.outputs);
  builder.addNode(node);
  return std::move(builder).build().value();
}

std::vector<InPlaceCase> cases() {
  std::vector<InPlaceCase> all;
  for (const OpKind op : {OpKind::Abs, OpKind::Neg, OpKind::Exp, OpKind::Log, OpKind::Sqrt, OpKind::Rsqrt,
                          OpKind::Square, OpKind::Logistic, OpKind::Tanh, OpKind::Relu, OpKind::Relu6,
                          OpKind::ReluN1To1, OpKind::Relu0To1, OpKind::Elu, OpKind::HardSwish, OpKind::Prelu}) {
    all.push_back({op, NoParams{}, 1, DataType::Float32});
  }
  all.push_back({OpKind::LeakyRelu, LeakyReluParams{0.2f}, 1, DataType::Float32});
  all.push_back({OpKind::Gelu, GeluParams{}, 1, DataType::Float32});
  for (const DataType dtype : {DataType::Float32, DataType::Int8}) {
    all.push_back({OpKind::Add, AddParams{}, 2, dtype});
    all.push_back({OpKind::Sub, AddParams{}, 2, dtype});
    all.push_back({OpKind::Mul, ActivationParams{}, 2, dtype});
    all.push_back({OpKind::Minimum, NoParams{}, 2, dtype});
    all.push_back({OpKind::Maximum, NoParams{}, 2, dtype});
  }
  for (const OpKind op : {OpKind::Logistic, OpKind::Tanh, OpKind::Relu, OpKind::HardSwish, OpKind::Elu}) {
    all.push_back({op, NoParams{}, 1, DataType::Int8});
  }
  all.push_back({OpKind::Div, ActivationParams{}, 2, DataType::Float32});
  all.push_back({OpKind::FloorDiv, NoParams{}, 2, DataType::Float32});
  all.push_back({OpKind::SquaredDifference, NoParams{}, 2, DataType::Float32});
  return all;
}

// Each operator that the delegate lets write over its input gives the same bits when it does, on two threads.
TEST(InPlace, OperatorsGiveTheSameBitsInTheMemoryOfTheirInput) {
  const std::shared_ptr<Delegate> delegate = cpuWith(2);
  size_t tried = 0;
  for (const InPlaceCase& c : cases()) {
    for (const bool broadcastsFirst : {false, true}) {
      const Graph graph = graphOf(c, broadcastsFirst);
      SCOPED_TRACE(std::string(opName(c.op)) + " " + std::string(dataTypeName(c.dtype)));
      if (!reference::supports(graph, graph.nodes()[0]).ok()) continue;
      PartitionRun apart(graph, delegate), inPlace(graph, delegate);
      apart.bind(false);
      inPlace.bind(true);
      ASSERT_EQ(1u, inPlace.compiled().needs().inPlace.size());
      const std::vector<Bytes> inputs = randomInputs(graph, 9);
      ASSERT_TRUE(apart.submit(inputs).wait().ok());
      ASSERT_TRUE(inPlace.submit(inputs).wait().ok());
      EXPECT_EQ(apart.output(0), inPlace.output(0));
      ++tried;
    }
  }
  EXPECT_GT(tried, 50u);
}

}  // namespace
}  // namespace trireme::cpu
