#include <mutex>

#include "tests/support/fake_delegate.h"
#include "tests/unit/core/foreign_delegate.h"
#include "tests/unit/core/interpreter_fixture.h"

// After the first run a frame asks nothing of the allocator and takes no lock. A program of its own, because it counts
// by standing in for both.
namespace trireme::core {
namespace {

using calls::Count;

// A fake whose thread and whose insides are not counted.
std::shared_ptr<Delegate> fakeOf(fake::FakeOptions options) {
  const calls::ForeignThreads threads;
  auto made = std::make_shared<fake::FakeDelegate>(options, std::make_shared<fake::Script>());
  auto buffer = made->device().allocate(16);
  const std::vector<std::byte> sent(16);
  EXPECT_TRUE(made->device().upload(sent, {buffer.value().get(), 0, 16}).wait().ok());  // its thread makes itself known
  return foreignDelegate(std::move(made));
}

fake::FakeOptions fakeOptions(const char* name, std::vector<OpKind> operators) {
  fake::FakeOptions options;
  options.name = name;
  options.operators = std::move(operators);
  return options;
}

std::shared_ptr<Delegate> emulated(EmulationMode mode) {
  EmulatedOptions options;
  options.profile = "mobile-gpu";
  options.mode = mode;
  options.threads = 1;
  auto made = createEmulatedDelegate(options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(made).value();
}

// Large enough that two threads share its convolutions; the fakes take their operators of it.
std::shared_ptr<const Model> sharedWork() {
  support::Net net(3);
  const ValueId a = net.relu(net.conv(net.input({1, 48, 48, 8}), 16));
  const ValueId b = net.conv(net.tanh(a), 16);
  return support::modelOf(net.build({net.maxPool(net.relu(net.add(a, b)))}));
}

Count callsOf(Interpreter& interpreter, int rounds) {
  const Count before = calls::now();
  for (int round = 0; round < rounds; ++round) {
    Event events[4];
    for (int f = 0; f < interpreter.frameCount(); ++f) events[f] = interpreter.frame(f).submit();
    for (int f = 0; f < interpreter.frameCount(); ++f) EXPECT_TRUE(events[f].wait().ok());
  }
  return calls::now() - before;
}

struct Case {
  const char* name;
  std::vector<std::shared_ptr<Delegate>> delegates;
  size_t devices;  // that the plan uses
};

std::vector<Case> everyPlan() {
  fake::FakeOptions importing = fakeOptions("imports", {OpKind::Tanh, OpKind::Add});
  importing.memory.importAlignment = 64;
  std::vector<Case> all;
  all.push_back({"the CPU alone", {}, 1});
  all.push_back({"a fake and the CPU", {fakeOf(fakeOptions("one", {OpKind::Relu, OpKind::Add}))}, 2});
  all.push_back({"two fakes and the CPU",
                 {fakeOf(fakeOptions("one", {OpKind::Tanh, OpKind::Add})), fakeOf(fakeOptions("two", {OpKind::Relu}))},
                 3});
  all.push_back({"a fake that imports", {fakeOf(importing)}, 2});
  all.push_back({"an emulated device", {foreignDelegate(emulated(EmulationMode::Functional))}, 1});
  all.push_back({"a paced device and a fake",
                 {fakeOf(fakeOptions("one", {OpKind::Tanh})), foreignDelegate(emulated(EmulationMode::Paced))},
                 2});
  return all;
}

TEST(Frames, AskNothingOfTheAllocatorAndTakeNoLockAfterTheFirstRun) {
  if (!calls::counts()) GTEST_SKIP() << "a sanitizer has the allocator and the locks";
  const auto model = sharedWork();
  for (const Case& one : everyPlan()) {
    for (const int threads : {1, 2}) {
      SCOPED_TRACE(std::string(one.name) + ", threads " + std::to_string(threads));
      Options options;
      options.setThreads(threads).setStrategy("greedy");
      for (const auto& delegate : one.delegates) options.addDelegate(delegate);
      const auto interpreter = make(model, options);
      EXPECT_EQ(support::nodesPerDelegate(interpreter->compiled()).size(), one.devices);
      callsOf(*interpreter, 1);
      EXPECT_EQ(callsOf(*interpreter, 20).allocations, 0u);
      EXPECT_EQ(callsOf(*interpreter, 20).locks, 0u);
    }
  }
}

TEST(Frames, InTheCallersMemoryAskNothingEither) {
  if (!calls::counts()) GTEST_SKIP() << "a sanitizer has the allocator and the locks";
  const auto fake = fakeOf(fakeOptions("one", {OpKind::Relu, OpKind::Add}));
  const auto interpreter = make(sharedWork(), Options().addDelegate(fake).setStrategy("greedy"));
  std::vector<std::byte> input(interpreter->frame().input(0).value().bytes.size());
  std::vector<std::byte> output(interpreter->frame().output(0).value().bytes.size());
  ASSERT_TRUE(interpreter->frame().bindInput(0, input).ok());
  ASSERT_TRUE(interpreter->frame().bindOutput(0, output).ok());
  callsOf(*interpreter, 1);
  EXPECT_EQ(callsOf(*interpreter, 20), Count());
}

TEST(Frames, SeveralInFlightAllocateNothingAfterTheFirstRun) {
  if (!calls::counts()) GTEST_SKIP() << "a sanitizer has the allocator and the locks";
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setStrategy("per-op").setFramesInFlight(4));
  callsOf(*interpreter, 2);
  const Count count = callsOf(*interpreter, 50);
  EXPECT_EQ(count.allocations, 0u);
  EXPECT_GT(count.locks, 0u) << "a frame goes from thread to thread";
}

// Its queue stands for a driver's and has a lock, that nobody contends for: so many a frame, and nothing is allocated.
TEST(EmulatedDevices, AllocateNothingAndTakeTheSameLocksInEveryFrame) {
  if (!calls::counts()) GTEST_SKIP() << "a sanitizer has the allocator and the locks";
  const auto model = sharedWork();
  for (const EmulationMode mode : {EmulationMode::Functional, EmulationMode::Paced, EmulationMode::Native}) {
    const auto interpreter = make(model, Options().addDelegate(emulated(mode)).setStrategy("greedy"));
    callsOf(*interpreter, 3);
    const Count ten = callsOf(*interpreter, 10), more = callsOf(*interpreter, 10);
    EXPECT_EQ(ten.allocations + more.allocations, 0u);
    // Paced, the wait for the pace asks as often as it takes.
    EXPECT_TRUE(ten.locks == more.locks || mode == EmulationMode::Paced) << ten.locks << " and " << more.locks;
    EXPECT_EQ(ten.locks == 0, mode == EmulationMode::Native);
  }
}

TEST(CallCounter, Counts) {
  if (!calls::counts()) GTEST_SKIP() << "a sanitizer has the allocator and the locks";
  const Count before = calls::now();
  std::mutex mutex;
  { const std::lock_guard lock(mutex); }
  EXPECT_EQ((calls::now() - before).locks, 1u);
  const std::unique_ptr<int> one = std::make_unique<int>(1);
  EXPECT_EQ((calls::now() - before).allocations, 1u) << *one;
  const calls::Foreign foreign;
  const std::unique_ptr<int> two = std::make_unique<int>(2);
  EXPECT_EQ((calls::now() - before).allocations, 1u) << *two;
}

}  // namespace
}  // namespace trireme::core
