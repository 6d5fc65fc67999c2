#include <gtest/gtest.h>

#include "core/plan/explain.h"
#include "core/plan/placements.h"
#include "tests/support/inception_block.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

// The picture of the textbooks: a delegate that takes only Conv2D and Concatenation gets two partitions, the CPU the
// pools between them.
TEST(Textbook, AnInceptionBlockGivesTwoDelegatedPartitionsUnderGreedy) {
  Planning planning(support::inceptionBlock(), {deviceFacts("npu", 0), hostFacts("cpu", 1)});
  const Graph& graph = planning.graph;
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const OpKind op = graph.nodes()[i].op;
    const double cpu = op == OpKind::Conv2d ? 390e-6 : 20e-6;
    planning.costs.setNode(0, NodeId{i}, {op == OpKind::Conv2d ? 41e-6 : 5e-6, 0, Cost::Source::Estimated});
    planning.costs.setNode(1, NodeId{i}, {cpu, 0, Cost::Source::Estimated});
    if (op == OpKind::Conv2d || op == OpKind::Concatenation) continue;
    planning.costs.setNode(0, NodeId{i}, {});  // nobody asks for its price
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
5 nodes, 10.4 MMAC; strategy greedy: predicted 1.39 ms

delegate        nodes            MMAC        predicted  prices
npu           3  60 %      10.4 100 %    89.0 us   6 %  estimated
cpu           2  40 %       0.0   0 %    41.0 us   3 %  estimated
copies        5                          1.26 ms  91 %  estimated
npu       an NPU
cpu       this machine

not on npu: 2 nodes it refuses
       nodes      MMAC  copies  time here  reason
  [1]      2       0.0       3   645.1 us  UnknownOp: it has only CONV_2D and CONCATENATION
  [1] weighs most: the 2 nodes and 3 copies at their borders are 645.1 us of 1.39 ms (46 %); what it
  refuses has no price there, so the gain is not known.

 part  delegate      MMAC     weights  predicted  nodes
    0  npu           10.4     0 bytes    83.0 us  2: 0, 3
    1  cpu            0.0     0 bytes    41.0 us  2: 1-2
    2  npu            0.0     0 bytes     6.0 us  1: 4

 copy  from      to              bytes  predicted
    0  host      npu          49.0 KiB    51.2 us
       'image', an input of the model, which lies on the host, read by node 0 CONV_2D
    1  npu       host        196.0 KiB   201.7 us
       'stem', made by node 0 CONV_2D, read by node 1 MAX_POOL_2D and 1 more node; npu does not take
       node 1 (UnknownOp)
    2  host      npu         196.0 KiB   201.7 us
       'max', made by node 1 MAX_POOL_2D, read by node 4 CONCATENATION; npu does not take node 1
       (UnknownOp)
    3  host      npu         196.0 KiB   201.7 us
       'average', made by node 2 AVERAGE_POOL_2D, read by node 4 CONCATENATION; npu does not take
       node 2 (UnknownOp)
    4  npu       host        588.0 KiB   603.1 us
       'joined', made by node 4 CONCATENATION; an output of the model

arena  memory
    0  49.0 KiB on host
    1  588.0 KiB on host
    2  588.0 KiB on host
    3  1176.0 KiB on npu

why: before, or though, the next best delegate (its price for the node alone); [n] refused, above
node  operator         part  delegate      price  why
   0  CONV_2D             0  npu         41.0 us  before cpu 390.0 us
   1  MAX_POOL_2D         1  cpu         20.0 us  [1]
   2  AVERAGE_POOL_2D     1  cpu         20.0 us  [1]
   3  CONV_2D             0  npu         41.0 us  before cpu 390.0 us
   4  CONCATENATION       2  npu          5.0 us  before cpu 20.0 us
)");
}

}  // namespace
}  // namespace trireme::plan
