#include <thread>

#include "tests/unit/faults/mixed_plan.h"

// Several frames in flight, several interpreters on one device.
namespace trireme::faults {
namespace {

using std::chrono::microseconds;

// Submits every frame of the interpreter `rounds` times and checks every answer.
void runRounds(Interpreter& interpreter, const std::shared_ptr<const Model>& model, uint64_t rounds) {
  const int frames = interpreter.frameCount();
  for (uint64_t round = 0; round < rounds; ++round) {
    std::vector<Expectation> expected;
    std::vector<Event> events;
    for (int f = 0; f < frames; ++f) {
      expected.push_back(expectation(model, round * 100 + uint64_t(f)));
      ASSERT_TRUE(support::setInputs(interpreter.frame(f), expected.back().inputs).ok());
    }
    for (int f = 0; f < frames; ++f) events.push_back(interpreter.frame(f).submit());
    for (int f = 0; f < frames; ++f) {
      const Status status = events[size_t(f)].wait();
      ASSERT_TRUE(status.ok()) << status.message();
      EXPECT_EQ("", check(support::readOutputs(interpreter, interpreter.frame(f)), expected[size_t(f)]));
    }
  }
}

bool overlap(const std::vector<fake::LogEntry>& some, const std::vector<fake::LogEntry>& others) {
  for (const fake::LogEntry& a : some) {
    for (const fake::LogEntry& b : others) {
      if (a.begin < b.end && b.begin < a.end) return true;
    }
  }
  return false;
}

// TANH and ADD on one fake, RELU on the other; a submission takes 20 ms.
struct TwoSlowFakes {
  static FakeOptions options(const char* name, std::vector<OpKind> operators) {
    FakeOptions result;
    result.name = name;
    result.operators = std::move(operators);
    result.delays[size_t(Call::Submit)] = microseconds(20'000);
    return result;
  }
  Fake first{options("first", {OpKind::Tanh, OpKind::Add})};
  Fake second{options("second", {OpKind::Relu})};
};

TEST(FramesInFlight, OverlapOnDifferentDevices) {
  const TwoSlowFakes fakes;
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with({&fakes.first, &fakes.second}).setFramesInFlight(2));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    ASSERT_EQ(2, interpreter.value()->frameCount());
    runRounds(*interpreter.value(), model, 3);
  }
  EXPECT_TRUE(overlap(fakes.first.script->entries(Call::Submit), fakes.second.script->entries(Call::Submit)));
  expectClean(*fakes.first.script);
  expectClean(*fakes.second.script);
}

TEST(FramesInFlight, NeverOverlapWithOneFrame) {
  const TwoSlowFakes fakes;
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with({&fakes.first, &fakes.second}));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  runRounds(*interpreter.value(), model, 3);
  EXPECT_FALSE(overlap(fakes.first.script->entries(Call::Submit), fakes.second.script->entries(Call::Submit)));
}

TEST(FramesInFlight, CompileAgainWhatMayBeBoundOnlyOnce) {
  for (const int frames : {1, 2, 3}) {
    FakeOptions options = onFake();
    options.maxBound = 1;
    const Fake fake(options);
    const auto model = support::modelOf(sandwich());
    {
      auto interpreter = Interpreter::create(model, with(fake).setFramesInFlight(frames));
      ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
      EXPECT_EQ(4u, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
      runRounds(*interpreter.value(), model, 3);
      EXPECT_TRUE(interpreter.value()->faults().empty());
    }
    EXPECT_EQ(2u * uint64_t(frames), fake.script->calls(Call::Compile));
    expectClean(*fake.script);
  }
}

TEST(FramesInFlight, RunInTheOrderOfSubmission) {
  const Fake fake(onFake());
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake).setFramesInFlight(4));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  runRounds(*interpreter.value(), model, 10);
}

TEST(SharedFake, ServesManyInterpretersInManyThreads) {
  const Fake fake(onFake());
  const auto model = support::modelOf(sandwich());
  {
    auto compiled = CompiledModel::create(model, with(fake));
    ASSERT_TRUE(compiled.ok()) << compiled.status().message();
    std::vector<Expectation> expected;
    for (uint64_t seed = 0; seed < 5; ++seed) expected.push_back(expectation(model, seed));
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        // Half of them share a compiled model, half bring their own.
        auto interpreter = t % 2 == 0 ? Interpreter::create(compiled.value()) : Interpreter::create(model, with(fake));
        ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
        for (const Expectation& one : expected) EXPECT_EQ("", runAndCheck(*interpreter.value(), one));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  expectClean(*fake.script);
}

TEST(SharedFake, IsLeftByAllWhenItDies) {
  const Fake fake(onFake());
  fake.script->plan({Call::Submit, 9, How::FailLater, Code::DeviceLost, true});
  const auto model = support::modelOf(sandwich());
  {
    std::vector<Expectation> expected;
    for (uint64_t seed = 0; seed < 5; ++seed) expected.push_back(expectation(model, seed));
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        auto interpreter = Interpreter::create(model, with(fake));
        ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
        for (const Expectation& one : expected) EXPECT_EQ("", runAndCheck(*interpreter.value(), one));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_TRUE(fake.script->lost());
  expectClean(*fake.script);
}

}  // namespace
}  // namespace trireme::faults
