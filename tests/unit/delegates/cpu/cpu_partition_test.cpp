#include "delegates/cpu/cpu_partition.h"

#include <gmock/gmock.h>

#include <cstring>
#include <thread>

#include "tests/unit/delegates/cpu/partition_run.h"
#include "trireme/plan.h"

namespace trireme::cpu {
namespace {

using support::Net;

// Convolution, depthwise, pool, view, fully connected, softmax: the family of most models.
Graph classifier(DataType dtype) {
  Net net(3, dtype);
  ValueId x = net.input({1, 32, 32, 8});
  x = net.conv(x, 24);
  const ValueId shortcut = x = net.depthwise(x);
  x = net.relu(net.conv(x, 24, 1));
  x = net.add(x, shortcut);
  x = net.maxPool(x);
  x = net.conv(x, 16, 3, 2);
  x = net.reshape(x, {1, 8 * 8 * 16});
  x = net.fullyConnected(x, 30);
  return net.build({net.softmax(x)});
}

TEST(CpuPartition, ComputesWhatTheReferenceComputes) {
  for (const DataType dtype : {DataType::Float32, DataType::Int8}) {
    for (const int threads : {1, 2}) expectLikeReference(classifier(dtype), cpuWith(threads));
  }
}

TEST(CpuPartition, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Graph graph = classifier(DataType::Float32);
  const std::vector<Bytes> inputs = randomInputs(graph, 5);
  Bytes first;
  for (const int threads : {1, 2, 3, 7}) {
    PartitionRun run(graph, cpuWith(threads));
    run.bind();
    for (int round = 0; round < 3; ++round) {
      ASSERT_TRUE(run.submit(inputs).wait().ok());
      if (first.empty()) first = run.output(0);
      EXPECT_EQ(first, run.output(0)) << threads << " threads, round " << round;
    }
  }
}

TEST(CpuPartition, ServesSeveralFramesOfOneDelegateAtOnce) {
  const Graph graph = classifier(DataType::Int8);
  const std::shared_ptr<Delegate> delegate = cpuWith(3);
  std::vector<std::thread> interpreters;
  std::atomic<int> wrong = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    interpreters.emplace_back([&, seed] {
      const std::vector<Bytes> inputs = randomInputs(graph, seed);
      const Bytes expected = evaluateAll(graph, inputs)[index(graph.outputs()[0])];
      PartitionRun run(graph, delegate);
      run.bind();
      for (int round = 0; round < 20; ++round) {
        if (!run.submit(inputs).wait().ok() || run.output(0) != expected) ++wrong;
      }
    });
  }
  for (std::thread& interpreter : interpreters) interpreter.join();
  EXPECT_EQ(0, wrong);
}

TEST(CpuPartition, BindsOneCompiledPartitionSeveralTimes) {
  const Graph graph = classifier(DataType::Float32);
  PartitionRun run(graph, cpuWith(2));
  run.bind();
  const std::vector<Bytes> inputs = randomInputs(graph, 2);
  ASSERT_TRUE(run.submit(inputs).wait().ok());
  const Bytes first = run.output(0);
  run.bind();
  ASSERT_TRUE(run.submit(inputs).wait().ok());
  EXPECT_EQ(first, run.output(0));
}

TEST(CpuPartition, TellsEveryCallsKernelAndWhy) {
  const Graph graph = classifier(DataType::Float32);
  const PartitionRun run(graph, cpuWith(2));
  const auto calls = run.compiled().calls();
  ASSERT_EQ(graph.nodes().size(), calls.size());
  EXPECT_THAT(calls[0].kernel, testing::StartsWith("gemm_f32_"));
  EXPECT_THAT(calls[0].why, testing::HasSubstr("windows gathered, 1024x24x72"));
  EXPECT_THAT(calls[1].kernel, testing::StartsWith("depthwise_f32_"));
  EXPECT_EQ("reference", calls[3].kernel);
  EXPECT_THAT(calls[3].why, testing::StartsWith("no faster kernel; "));
  EXPECT_EQ("view", calls[7].kernel);
  for (uint32_t i = 0; i < calls.size(); ++i) EXPECT_EQ(std::vector<NodeId>{NodeId{i}}, calls[i].nodes);
}

TEST(CpuPartition, SaysOverHowManyRowsAndThreadsALargeCallIsSplit) {
  Net net(1);
  const Graph graph = net.build({net.tanh(net.input({64, 1000}))});
  const PartitionRun two(graph, cpuWith(2)), one(graph, cpuWith(1));
  EXPECT_THAT(two.compiled().calls()[0].why, testing::ContainsRegex("split over [0-9]+ rows on 2 threads"));
  EXPECT_THAT(one.compiled().calls()[0].why, testing::EndsWith("; in one thread"));
}

TEST(CpuPartition, CountsPackedWeights) {
  Net net(1);
  const Graph graph = net.build({net.fullyConnected(net.input({1, 100}), 32)});
  const PartitionRun run(graph, cpuWith(1));
  EXPECT_GE(run.compiled().needs().weightBytes, 100 * 32 * sizeof(float));
}

class Spans final : public TraceSink {
 public:
  void record(const TraceSpan& span) noexcept override { spans.push_back(span); }
  std::vector<TraceSpan> spans;
};

TEST(CpuPartition, RecordsASpanACallWhenAsked) {
  const Graph graph = classifier(DataType::Float32);
  PartitionRun run(graph, cpuWith(2));
  run.bind();
  Spans spans;
  ASSERT_TRUE(run.submit(randomInputs(graph, 1), &spans).wait().ok());
  ASSERT_EQ(run.compiled().calls().size(), spans.spans.size());
  int64_t last = 0;
  for (uint32_t i = 0; i < spans.spans.size(); ++i) {
    EXPECT_EQ(SpanKind::Node, spans.spans[i].kind);
    EXPECT_EQ(i, spans.spans[i].subject);
    EXPECT_LE(last, spans.spans[i].beginNs);
    EXPECT_LE(spans.spans[i].beginNs, spans.spans[i].endNs);
    last = spans.spans[i].endNs;
  }
}

Graph gatherGraph() {
  graph::Builder builder;
  const ValueId table = builder.addInput("table", support::floats({4, 2}));
  const ValueId indices = builder.addInput("indices", support::plain(DataType::Int32, {3}));
  const ValueId out = builder.addInner("out", support::floats({3, 2}));
  Node node;
  node.op = OpKind::Gather;
  node.params = GatherParams{};
  node.inputs = {table, indices};
  node.outputs = {out};
  node.origins = {12};
  builder.addNode(node);
  builder.setOutputs({out});
  return std::move(builder).build().value();
}

TEST(CpuPartition, FailsByItsEventWhenValuesAtRunTimeAreWrong) {
  const Graph graph = gatherGraph();
  PartitionRun run(graph, cpuWith(2));
  run.bind();
  const Bytes table(32);
  const Event event = run.submit({table, support::bytesOf(std::vector<int32_t>{0, 4, 1})});
  const Status status = event.wait();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("operator 12 GATHER"));
  EXPECT_TRUE(run.submit({table, support::bytesOf(std::vector<int32_t>{0, 3, 1})}).wait().ok());
}

TEST(CpuPartition, RefusesMemoryThatIsAbsentShortOrCrooked) {
  Net net(1);
  const Graph graph = net.build({net.relu(net.input({16}))});
  const PartitionRun run(graph, cpuWith(1));
  const std::unique_ptr<Buffer> memory = hostDevice().allocate(256).value();
  const BufferView whole{memory.get(), 0, 64}, behind{memory.get(), 64, 64};
  const auto refusal = [&](const BufferView& in, const BufferView& out) {
    const BufferView inputs[] = {in}, outputs[] = {out};
    return std::string(run.compiled().bind({inputs, outputs, {}}).status().message());
  };
  EXPECT_EQ("", refusal(whole, behind));
  EXPECT_THAT(refusal({}, behind), testing::HasSubstr("input 0: 64 bytes of host memory expected, found 0"));
  EXPECT_THAT(refusal(whole, {memory.get(), 64, 60}), testing::HasSubstr("output 0: 64 bytes"));
  EXPECT_THAT(refusal(whole, {memory.get(), 65, 64}), testing::HasSubstr("no multiple of 4"));
  EXPECT_THAT(std::string(run.compiled().bind({{}, {}, {}}).status().message()),
              testing::HasSubstr("1 inputs expected, found 0"));
}

TEST(CpuPartition, TakesTensorsWithoutElements) {
  Net net(1);
  const Graph graph = net.build({net.relu(net.tanh(net.input({0, 5})))});
  PartitionRun run(graph, cpuWith(2));
  run.bind();
  EXPECT_TRUE(run.submit({Bytes()}).wait().ok());
}

}  // namespace
}  // namespace trireme::cpu
