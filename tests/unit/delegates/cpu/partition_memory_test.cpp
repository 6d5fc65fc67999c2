#include "delegates/cpu/partition_memory.h"

#include "tests/unit/delegates/cpu/partition_run.h"

namespace trireme::cpu {
namespace {

using support::Net;

TEST(PartitionMemory, LetsAChainUseOneOrTwoTensorsOfMemory) {
  Net net(1);
  ValueId x = net.input({1, 16, 16, 8});
  for (int i = 0; i < 10; ++i) x = net.conv(x, 8);
  const Graph graph = net.build({x});
  const PartitionRun run(graph, cpuWith(1));
  const size_t tensor = 16 * 16 * 8 * sizeof(float), gathered = 56 * 96 * sizeof(float);
  EXPECT_LE(run.compiled().needs().scratch.bytes, 2 * tensor + gathered);
}

TEST(PartitionMemory, RunsAChainOfElementwiseOperatorsInThePartitionsOwnOutput) {
  Net net(1);
  ValueId x = net.input({1000});
  for (int i = 0; i < 6; ++i) x = net.relu(net.tanh(x));
  const Graph graph = net.build({x});
  PartitionRun run(graph, cpuWith(1));
  EXPECT_EQ(0u, run.compiled().needs().scratch.bytes);
  ASSERT_EQ(1u, run.compiled().needs().inPlace.size());
}

TEST(PartitionMemory, MakesNoViewOfAnInputAsAnOutput) {
  Net net(1);
  const Graph graph = net.build({net.reshape(net.input({6, 4}), {24})});
  const PartitionRun run(graph, cpuWith(1));
  EXPECT_EQ("copy", run.compiled().calls()[0].kernel);
  expectLikeReference(graph, cpuWith(1), true);
}

TEST(PartitionMemory, MakesAViewOfAnInnerTensorAsAnOutput) {
  Net net(1);
  const Graph graph = net.build({net.reshape(net.tanh(net.input({6, 4})), {24})});
  const PartitionRun run(graph, cpuWith(1));
  EXPECT_EQ("view", run.compiled().calls()[1].kernel);
  expectLikeReference(graph, cpuWith(1), true);
}

TEST(PartitionMemory, ClaimsNoPlaceThatALaterCallStillReads) {
  Net net(1);
  const ValueId in = net.input({8});
  const ValueId early = net.tanh(in);
  const ValueId late = net.add(in, early);  // reads `in` after `early` was written
  const Graph graph = net.build({early, late});
  const PartitionRun run(graph, cpuWith(1));
  ASSERT_EQ(1u, run.compiled().needs().inPlace.size());
  EXPECT_EQ(1u, run.compiled().needs().inPlace[0].output);
}

// A random graph of elementwise operators, views and joins on tensors of the same size, with random values as outputs.
Graph randomGraph(uint64_t seed) {
  support::Random random(seed);
  Net net(seed);
  std::vector<ValueId> flat = {net.input({24}), net.input({24})}, square = {net.input({4, 6})};
  const auto pick = [&](const std::vector<ValueId>& from) {
    return from[size_t(random.between(0, int64_t(from.size()) - 1))];
  };
  std::vector<ValueId> made;
  for (int64_t i = random.between(1, 12); i > 0; --i) {
    auto& same = random.between(0, 1) == 0 ? flat : square;
    auto& other = &same == &flat ? square : flat;
    switch (random.between(0, 4)) {
      case 0:
        same.push_back(net.relu(pick(same)));
        break;
      case 1:
        same.push_back(net.tanh(pick(same)));
        break;
      case 2:
        same.push_back(net.add(pick(same), pick(same)));
        break;
      case 3:
        same.push_back(&same == &flat ? net.reshape(pick(other), {24}) : net.reshape(pick(other), {4, 6}));
        break;
      default:
        net.concat(pick(same), pick(same));
        continue;  // read by nobody, but it reads
    }
    made.push_back(same.back());
  }
  std::vector<ValueId> outputs;
  for (const ValueId id : made) {
    if (random.between(0, 2) == 0) outputs.push_back(id);
  }
  if (outputs.empty() && made.empty()) outputs.push_back(net.relu(flat[0]));
  if (outputs.empty()) outputs.push_back(made.back());
  return net.build(outputs);
}

TEST(PartitionMemory, NeverMixesUpTensorsThatLiveTogetherOnRandomGraphs) {
  const std::shared_ptr<Delegate> delegate = cpuWith(2);
  size_t claims = 0, views = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    const Graph graph = randomGraph(seed);
    const std::vector<Bytes> inputs = randomInputs(graph, seed);
    const std::vector<Bytes> expected = evaluateAll(graph, inputs);
    for (const bool inPlace : {false, true}) {
      PartitionRun run(graph, delegate);
      run.bind(inPlace);
      claims += run.compiled().needs().inPlace.size();
      for (const CallInfo& call : run.compiled().calls()) views += call.kernel == "view";
      ASSERT_TRUE(run.submit(inputs).wait().ok());
      for (size_t i = 0; i < run.outputs().size(); ++i) {
        ASSERT_EQ(expected[index(run.outputs()[i])], run.output(i))
            << "seed " << seed << (inPlace ? " in place" : "") << ", output " << i;
      }
    }
  }
  EXPECT_GT(claims, 100u);  // else nothing was tested
  EXPECT_GT(views, 100u);
}

}  // namespace
}  // namespace trireme::cpu
