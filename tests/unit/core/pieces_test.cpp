#include <gmock/gmock.h>

#include <cstring>
#include <thread>

#include "core/frame_timeline.h"
#include "core/graph/builder.h"
#include "core/partition_pool.h"
#include "tests/unit/core/plus_one.h"

namespace trireme::core {
namespace {

using testing::HasSubstr;

std::string message(const Status& status) { return std::string(status.message()); }

TEST(FrameTimeline, ReachesItsPointsInOrder) {
  const auto timeline = std::make_shared<FrameTimeline>();
  const Event first(timeline, timeline->submit({}));
  EXPECT_FALSE(first.ready());
  EXPECT_EQ(first.wait(std::chrono::steady_clock::now()).code(), Code::DeadlineExceeded);
  timeline->reach({}, {}, {});
  EXPECT_TRUE(first.ready());
  EXPECT_TRUE(first.wait().ok());
  const Event second(timeline, timeline->submit({}));
  EXPECT_TRUE(first.wait().ok());
  timeline->reach(Status::error(Code::DeviceLost, "gone"), {}, {});
  EXPECT_EQ(second.wait().code(), Code::DeviceLost);
  EXPECT_TRUE(first.wait().ok()) << "the earlier frame's answer stays";
  EXPECT_TRUE(timeline->failed());
}

TEST(FrameTimeline, WakesWhoWaits) {
  const auto timeline = std::make_shared<FrameTimeline>();
  const Event event(timeline, timeline->submit({}));
  std::thread other([&] { timeline->reach({}, {}, {}); });
  EXPECT_TRUE(event.wait().ok());
  other.join();
}

class Pool : public testing::Test {
 protected:
  Pool() {
    graph::Builder builder;
    const TensorType type{DataType::Float32, Shape::create({4}).value(), {}};
    const ValueId x = builder.addInput("x", type), y = builder.addInner("y", type);
    Node node;
    node.op = OpKind::Relu;
    node.inputs = {x};
    node.outputs = {y};
    builder.addNode(std::move(node));
    builder.setOutputs({y});
    graph = std::move(builder).build().value();
    partition = {0, {NodeId{0}}, {x}, {y}, {}};
  }
  Graph graph;
  PlannedPartition partition;
  PlusOne plus;
};

TEST_F(Pool, CompilesOnceWhereAnyNumberMayBeBound) {
  PartitionPool pool(graph, partition, plus, {});
  ASSERT_TRUE(pool.compile(5).ok());
  EXPECT_EQ(plus.compiled, 1);
  const auto a = pool.lease(), b = pool.lease();
  EXPECT_EQ(&a.value().partition(), &b.value().partition());
}

TEST_F(Pool, CompilesAgainForEveryFrameThatMayNotShare) {
  plus.maxBound = 2;
  PartitionPool pool(graph, partition, plus, {});
  ASSERT_TRUE(pool.compile(5).ok());
  EXPECT_EQ(plus.compiled, 3);
  EXPECT_EQ(pool.weightBytes(), 3000u);
  std::vector<PartitionPool::Lease> leases;
  for (int i = 0; i < 7; ++i) leases.push_back(pool.lease().value());
  EXPECT_EQ(plus.compiled, 4) << "one more interpreter than was foreseen";
  leases.clear();
  for (int i = 0; i < 7; ++i) leases.push_back(pool.lease().value());
  EXPECT_EQ(plus.compiled, 4) << "what was given back is used again";
}

TEST_F(Pool, MakesAStatusOfWhatADelegateThrows) {
  plus.onCompile = []() -> Status { throw std::runtime_error("no compiler"); };
  PartitionPool pool(graph, partition, plus, {});
  EXPECT_THAT(message(pool.compile(1)), HasSubstr("compiling threw: no compiler"));
}

TEST(CreateDelegate, MakesTheCpuFromItsSpec) {
  const auto cpu = createDelegate("cpu,isa=scalar,precision=exact,memory=lean", 2);
  ASSERT_TRUE(cpu.ok()) << message(cpu.status());
  EXPECT_EQ(cpu.value()->info().name, "cpu");
  EXPECT_THAT(cpu.value()->info().device, HasSubstr("2 threads"));
}

TEST(CreateDelegate, NamesTheWrongWordAndWhatWouldBeRight) {
  const std::pair<const char*, const char*> wrong[] = {
      {"gpu", "there is no delegate 'gpu'; there are: opencl, vulkan, emulated, cpu"},
      {"", "there is no delegate ''"},
      {"cpu:1", "the CPU has no variants"},
      {"cpu,isa=sse9", "isa=sse9: it may be scalar, avx2"},
      {"cpu,precision=high", "it may be exact, relaxed, fastest"},
      {"cpu,memory=fat", "memory=fat: it may be lean"},
      {"cpu,speed=high", "cpu has no key 'speed'; it has isa, memory, precision"},
      {"cpu,isa", "'isa' is not KEY=VALUE"},
      {"cpu,", "'' is not KEY=VALUE"},
  };
  for (const auto& [spec, sentence] : wrong) {
    const Status status = createDelegate(spec).status();
    EXPECT_EQ(status.code(), Code::InvalidArgument) << spec;
    EXPECT_THAT(message(status), HasSubstr(sentence));
  }
}

TEST(ListDelegates, HasTheCpuLast) {
  const auto all = listDelegates();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().spec, "cpu");
  EXPECT_TRUE(all.back().usable.ok());
  EXPECT_FALSE(all.back().device.empty());
  Options options;
  EXPECT_TRUE(addUsableDelegates(options).ok());
  for (const auto& delegate : options.settings().delegates) EXPECT_NE(delegate->info().name, "cpu");
}

}  // namespace
}  // namespace trireme::core
