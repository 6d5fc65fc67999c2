#include <gtest/gtest.h>

#include "core/plan/explain.h"
#include "core/plan/placements.h"
#include "tests/support/graph_builders.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

// One convolution, then a maximum pool, an average pool and a convolution side by side, joined by a concatenation.
Graph inceptionBlock() {
  graph::Builder builder("inception");
  const TensorType image = support::floats({1, 8, 8, 16});
  const auto add = [&](OpKind op, OpParams params, std::vector<ValueId> inputs, TensorType type, const char* name) {
    const ValueId output = builder.addInner(name, std::move(type));
    Node node;
    node.op = op;
    node.params = std::move(params);
    node.inputs = std::move(inputs);
    node.outputs = {output};
    builder.addNode(std::move(node));
    return output;
  };
  const auto conv = [&](ValueId from, const char* name) {
    const ValueId weights =
        builder.addConstant(std::string(name) + "/weights", support::floats({16, 1, 1, 16}), std::vector<float>(256));
    const ValueId bias =
        builder.addConstant(std::string(name) + "/bias", support::floats({16}), std::vector<float>(16));
    return add(OpKind::Conv2d, Conv2dParams{}, {from, weights, bias}, image, name);
  };
  Pool2dParams pool;
  pool.filterH = pool.filterW = 3;
  const ValueId stem = conv(builder.addInput("image", image), "stem");
  const ValueId highest = add(OpKind::MaxPool2d, pool, {stem}, image, "max");
  const ValueId mean = add(OpKind::AveragePool2d, pool, {stem}, image, "average");
  const ValueId branch = conv(stem, "branch");
  ConcatenationParams last;
  last.axis = 3;
  const ValueId joined =
      add(OpKind::Concatenation, last, {highest, mean, branch}, support::floats({1, 8, 8, 48}), "joined");
  builder.setOutputs({joined});
  auto built = std::move(builder).build();
  EXPECT_TRUE(built.ok()) << built.status().message();
  return std::move(built).value();
}

// The picture of the textbooks: a delegate that takes only Conv2D and Concatenation gets two partitions, the CPU the
// pools between them.
TEST(Textbook, AnInceptionBlockGivesTwoDelegatedPartitionsUnderGreedy) {
  Planning planning(inceptionBlock(), {deviceFacts("npu", 0), hostFacts("cpu", 1)});
  const Graph& graph = planning.graph;
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const OpKind op = graph.nodes()[i].op;
    const double cpu = op == OpKind::Conv2d ? 390e-6 : 20e-6;
    planning.costs.setNode(0, NodeId{i}, {op == OpKind::Conv2d ? 41e-6 : 5e-6, 0, Cost::Source::Estimated});
    planning.costs.setNode(1, NodeId{i}, {cpu, 0, Cost::Source::Estimated});
    if (op == OpKind::Conv2d || op == OpKind::Concatenation) continue;
    planning.support.deny(0, NodeId{i}, ReasonCode::UnknownOp, "it has only CONV_2D and CONCATENATION");
  }
  const Assignment assignment = planning.assign("greedy").value();
  ExecutionPlan plan = planning.planOf(assignment).value();
  plan.strategy = "greedy";
  const std::vector<std::span<const CallInfo>> calls(plan.partitions.size());
  const auto placements = describePlacements(
      {graph, graph, plan, planning.support, planning.costs, planning.facts, assignment.dropped, {}, calls});
  const std::vector<std::string> names = planning.names(), devices{"an NPU", "this machine"};
  const std::vector<size_t> weights(plan.partitions.size(), 0);
  EXPECT_EQ("\n" + explain({graph, plan, placements, names, devices, {}, calls, weights}), R"(
strategy greedy, predicted 163.7 us
partition   0  npu (an NPU), 2 nodes, 0 bytes of weights, predicted 83.0 us
partition   1  cpu (this machine), 2 nodes, 0 bytes of weights, predicted 41.0 us
partition   2  npu (an NPU), 1 node, 0 bytes of weights, predicted 6.0 us
step        0  upload of 'image', npu, 4096 bytes, predicted 5.1 us
step        2  download of 'stem', npu, 4096 bytes, predicted 5.1 us
step        4  upload of 'max', npu, 4096 bytes, predicted 5.1 us
step        5  upload of 'average', npu, 4096 bytes, predicted 5.1 us
step        7  download of 'joined', npu, 12.0 KiB, predicted 13.3 us
arena       0  4096 bytes on host
arena       1  12.0 KiB on host
arena       2  12.0 KiB on host
arena       3  24.0 KiB on npu
 node  operator                  delegate      part  why
    0  CONV_2D                   npu              0  npu 41.0 us; cpu 390.0 us
    1  MAX_POOL_2D               cpu              1  not npu
       not npu: UnknownOp: it has only CONV_2D and CONCATENATION
    2  AVERAGE_POOL_2D           cpu              1  not npu
       not npu: UnknownOp: it has only CONV_2D and CONCATENATION
    3  CONV_2D                   npu              0  npu 41.0 us; cpu 390.0 us
    4  CONCATENATION             npu              2  npu 5.0 us; cpu 20.0 us
)");
}

}  // namespace
}  // namespace trireme::plan
