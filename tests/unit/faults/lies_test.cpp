#include "tests/unit/faults/mixed_plan.h"

// A delegate that says one thing and does another.
namespace trireme::faults {
namespace {

void expectRightWithoutFaults(const Fake& fake, size_t nodesOnFake) {
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    EXPECT_EQ(nodesOnFake, support::nodesPerDelegate(interpreter.value()->compiled())["fake"]);
    for (uint64_t seed : {1, 2}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
    EXPECT_TRUE(interpreter.value()->faults().empty());
  }
  expectClean(*fake.script);
}

TEST(LyingDelegate, SaysYesToEverythingAndRefusesWhenCompiling) {
  FakeOptions options;
  options.saysYesToAll = true;
  options.turnedDown = {OpKind::Conv2d, OpKind::MaxPool2d};
  const Fake fake(options);
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
}

TEST(LyingDelegate, GivesTooFewAnswers) {
  for (const How how : {How::Short, How::Null, How::Throw}) {
    const Fake fake(onFake());
    fake.script->plan({Call::Query, 1, how});
    expectRightWithoutFaults(fake, 0);
  }
}

TEST(LyingDelegate, NeedsAWrongNumberOfBuffers) {
  const Fake fake(onFake());
  fake.script->plan({Call::Compile, 1, How::Short});
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_LT(support::nodesPerDelegate(interpreter.value()->compiled())["fake"], 4u);
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
}

TEST(LyingDelegate, CompilesToNothing) {
  const Fake fake(onFake());
  fake.script->plan({Call::Compile, 1, How::Null});
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, 1)));
}

TEST(LyingDelegate, RefusesEveryCompilation) {
  FakeOptions options = onFake();
  options.turnedDown = options.operators;
  const Fake fake(options);
  expectRightWithoutFaults(fake, 0);
}

}  // namespace
}  // namespace trireme::faults
