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
    for (uint64_t seed : {1U, 2U}) EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
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

// Between an output and what lies behind it is the room that alignment leaves; nobody else's bytes are in it.
TEST(LyingDelegate, WritesALittlePastItsOutputsAndHarmsNothing) {
  for (FakeOptions options : {onFake(), importing()}) {
    options.overruns = 16;  // outputs are 240 bytes on borders of 64
    expectRightWithoutFaults(Fake(options), 4);
  }
}

// How far its own memory goes it may spoil its own answers, and nothing that is the caller's.
TEST(LyingDelegate, WritesFarPastItsOutputsAndReachesNothingOfTheCallers) {
  constexpr size_t kGuard = 256;
  for (FakeOptions options : {onFake(), importing()}) {
    options.overruns = size_t{1} << 20;
    const Fake fake(options);
    const auto model = support::modelOf(sandwich());
    auto made = Interpreter::create(model, with(fake));
    ASSERT_TRUE(made.ok()) << made.status().message();
    Frame& frame = made.value()->frame();
    const Expectation expected = expectation(model, 1);
    const size_t inBytes = expected.inputs[0].size(), outBytes = expected.outputs[0].size();
    std::vector<std::byte> input(inBytes + 2 * kGuard, std::byte{1}), output(outBytes + 2 * kGuard, std::byte{2});
    std::copy(expected.inputs[0].begin(), expected.inputs[0].end(), input.begin() + kGuard);
    const std::vector<std::byte> inputBefore = input;
    ASSERT_TRUE(frame.bindInput(0, std::span(input).subspan(kGuard, inBytes)).ok());
    ASSERT_TRUE(frame.bindOutput(0, std::span(output).subspan(kGuard, outBytes)).ok());
    (void)made.value()->invoke();
    EXPECT_EQ(inputBefore, input);
    const auto untouched = [](std::byte byte) { return byte == std::byte{2}; };
    EXPECT_TRUE(std::all_of(output.begin(), output.begin() + kGuard, untouched));
    EXPECT_TRUE(std::all_of(output.end() - kGuard, output.end(), untouched));
    // The same inputs without it: right, whatever it did to them on its side.
    fake.script->plan({Call::Submit, fake.script->calls(Call::Submit) + 1, How::Fail});
    ASSERT_TRUE(made.value()->invoke().ok());
    EXPECT_TRUE(std::equal(expected.outputs[0].begin(), expected.outputs[0].end(), output.begin() + kGuard));
  }
}

// No device, or only ones that refuse: the same calls, the CPU's answer, and one warning where devices were given.
std::vector<std::string> warningsOf(const std::shared_ptr<const Model>& model, Options options) {
  std::vector<std::string> said;
  options.setLog([&said](std::string_view sentence) { said.emplace_back(sentence); });
  auto made = Interpreter::create(model, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  if (!made.ok()) return said;
  EXPECT_EQ(1u, support::nodesPerDelegate(made.value()->compiled()).count("cpu"));
  EXPECT_EQ(1u, support::nodesPerDelegate(made.value()->compiled()).size());
  for (uint64_t seed : {1U, 2U, 3U}) EXPECT_EQ("", runAndCheck(*made.value(), expectation(model, seed)));
  EXPECT_TRUE(made.value()->faults().empty());
  return said;
}

TEST(ZeroDevices, GiveTheCpusAnswerAndOneWarning) {
  FakeOptions asked = onFake(), compiled = onFake();
  asked.dataTypes = {DataType::Float64};
  compiled.turnedDown = compiled.operators;
  const auto model = support::modelOf(sandwich());
  const std::vector<std::string> one = {"no delegate took a node; everything runs on the CPU"};
  for (const char* strategy : {"optimal", "greedy", "nnapi", "per-op"}) {
    SCOPED_TRACE(strategy);
    const Fake first(asked), second(compiled), third(asked);
    EXPECT_EQ(std::vector<std::string>(), warningsOf(model, Options().setThreads(1).setStrategy(strategy)));
    EXPECT_EQ(one, warningsOf(model, with(first).setStrategy(strategy)));
    EXPECT_EQ(one, warningsOf(model, with(second).setStrategy(strategy)));
    EXPECT_EQ(one, warningsOf(model, with({&first, &second, &third}).setStrategy(strategy)));
  }
}

}  // namespace
}  // namespace trireme::faults
