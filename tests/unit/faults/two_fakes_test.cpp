#include "tests/unit/faults/mixed_plan.h"

// Two fake devices and the CPU: what one loses the other takes, and a device comes back when it is asked for.
namespace trireme::faults {
namespace {

// `first` has RELU, TANH and ADD, `second` those and the rest: each node has somewhere to go.
struct Pair {
  static FakeOptions options(const char* name, bool all, bool imports) {
    FakeOptions result = imports ? importing() : onFake();
    result.name = name;
    if (all) result.operators = {OpKind::Relu, OpKind::Tanh, OpKind::Add, OpKind::MaxPool2d};
    return result;
  }
  explicit Pair(bool imports = false)
      : first(options("first", false, imports)), second(options("second", true, imports)) {}
  Fake first, second;
};

std::map<std::string, size_t> nodesOf(const Interpreter& interpreter) {
  return support::nodesPerDelegate(interpreter.compiled());
}

TEST(TwoDevices, OneTakesWhatTheOtherLoses) {
  const Pair fakes;
  fakes.first.script->plan({Call::Submit, 3, How::FailLater, Code::DeviceLost, true});
  const auto model = support::modelOf(sandwich());
  {
    auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}));
    ASSERT_TRUE(made.ok()) << made.status().message();
    Interpreter& interpreter = *made.value();
    EXPECT_EQ((std::map<std::string, size_t>{{"cpu", 2}, {"first", 4}, {"second", 1}}), nodesOf(interpreter));
    for (uint64_t seed : {1U, 2U, 3U}) EXPECT_EQ("", runAndCheck(interpreter, expectation(model, seed)));
    EXPECT_EQ((std::map<std::string, size_t>{{"cpu", 2}, {"second", 5}}), nodesOf(interpreter));
    ASSERT_EQ(1u, interpreter.faults().size());
    EXPECT_EQ("first", interpreter.faults()[0].delegate);
    EXPECT_EQ((std::vector<std::string>{"second", "cpu"}), interpreter.faults()[0].ranOn);
  }
  expectClean(*fakes.first.script);
  expectClean(*fakes.second.script);
}

TEST(TwoDevices, ExplainSaysWhoIsLeftOutAndWhyAndForWhichNodes) {
  const Pair fakes;
  fakes.first.script->plan({Call::Submit, 1, How::Fail});
  const auto model = support::modelOf(sandwich());
  auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}));
  ASSERT_TRUE(made.ok()) << made.status().message();
  EXPECT_EQ(std::string::npos, made.value()->explain().find("left out"));
  ASSERT_EQ("", runAndCheck(*made.value(), expectation(model, 1)));
  const std::string text = made.value()->explain();
  EXPECT_EQ(0u, text.find("left out       first: it failed in frame 0: in step ")) << text;
  EXPECT_NE(std::string::npos, text.find("failed at submit 1\n")) << text;
  EXPECT_EQ(std::string::npos, text.find("left out       second"));
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    EXPECT_LE(text.find('\n', at) - at, 100u);
  }
  for (const Placement& placement : made.value()->compiled().placements()) {
    bool failed = false;
    for (const Reason& reason : placement.candidates[0].support.reasons()) {
      failed = failed || reason.code == ReasonCode::DeviceFailed;
    }
    EXPECT_TRUE(failed) << opName(placement.op);
  }
}

TEST(RetryDelegates, TakesBackWhatRecoveredAndNothingElseDoes) {
  for (const int frames : {1, 2}) {
    const Pair fakes;
    fakes.first.script->plan({Call::Submit, 3, How::FailLater});
    const auto model = support::modelOf(sandwich());
    {
      auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}).setFramesInFlight(frames));
      ASSERT_TRUE(made.ok()) << made.status().message();
      Interpreter& interpreter = *made.value();
      for (uint64_t seed = 1; seed <= 6; ++seed) EXPECT_EQ("", runAndCheck(interpreter, expectation(model, seed)));
      EXPECT_EQ(0u, nodesOf(interpreter)["first"]) << "well again, and not asked for";
      const Status retried = interpreter.retryDelegates();
      ASSERT_TRUE(retried.ok()) << retried.message();
      EXPECT_EQ(4u, nodesOf(interpreter)["first"]);
      EXPECT_EQ(std::string::npos, interpreter.explain().find("left out"));
      for (uint64_t seed : {7U, 8U}) EXPECT_EQ("", runAndCheck(interpreter, expectation(model, seed)));
      EXPECT_EQ(1u, interpreter.faults().size()) << "what happened stays on record";
    }
    expectClean(*fakes.first.script);
    expectClean(*fakes.second.script);
  }
}

TEST(RetryDelegates, KeepsTheInputsAndDropsWhatIsStillLost) {
  const Pair fakes;
  fakes.first.script->plan({Call::Submit, 1, How::FailLater, Code::DeviceLost, true});
  const auto model = support::modelOf(sandwich());
  auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}));
  ASSERT_TRUE(made.ok()) << made.status().message();
  Interpreter& interpreter = *made.value();
  const Expectation expected = expectation(model, 4);
  ASSERT_EQ("", runAndCheck(interpreter, expected));
  const Status retried = interpreter.retryDelegates();
  ASSERT_TRUE(retried.ok()) << retried.message();
  EXPECT_EQ(0u, nodesOf(interpreter)["first"]);
  ASSERT_TRUE(interpreter.invoke().ok()) << "on the inputs of before";
  EXPECT_EQ("", check(support::readOutputs(interpreter, interpreter.frame()), expected));
}

TEST(RetryDelegates, IsNothingWhereNothingFailed) {
  const Pair fakes;
  auto made = Interpreter::create(support::modelOf(sandwich()), with({&fakes.first, &fakes.second}));
  ASSERT_TRUE(made.ok()) << made.status().message();
  const CompiledModel* const before = &made.value()->compiled();
  EXPECT_TRUE(made.value()->retryDelegates().ok());
  EXPECT_EQ(before, &made.value()->compiled());
}

// Plans are kept by shape; one from before the retry may be without a device that is well, or with one that is not.
TEST(RetryDelegates, ForgetsThePlansThatWereKept) {
  const Pair fakes;
  const auto model = support::modelOf(sandwich());
  auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}));
  ASSERT_TRUE(made.ok()) << made.status().message();
  Interpreter& interpreter = *made.value();
  const std::vector<InputShape> same = {{0, interpreter.inputType(0).value().shape}};
  fakes.first.script->plan({Call::Submit, 1, How::Fail});
  ASSERT_EQ("", runAndCheck(interpreter, expectation(model, 1)));
  ASSERT_TRUE(interpreter.resizeInputs(same).ok());  // a plan without the first
  ASSERT_TRUE(interpreter.retryDelegates().ok());
  fakes.second.script->plan({Call::Submit, fakes.second.script->calls(Call::Submit) + 1, How::Fail});
  ASSERT_EQ("", runAndCheck(interpreter, expectation(model, 2)));
  ASSERT_TRUE(interpreter.resizeInputs(same).ok());
  EXPECT_EQ(0u, nodesOf(interpreter)["second"]) << "it failed";
  EXPECT_EQ(4u, nodesOf(interpreter)["first"]) << "it is well";
}

// Both fail, each at a call of its own: for every call of the first, the second fails at the same one, early and late.
struct BothFail {
  Call call;
  How how;
  bool imports;
};

std::vector<BothFail> everyWay() {
  std::vector<BothFail> all;
  for (const Call call : fake::kEveryCall) {
    const bool handover = call == Call::Import || call == Call::Acquire || call == Call::Release;
    for (const How how : {How::Fail, How::FailLater, How::Throw}) {
      const bool queued = call == Call::Upload || call == Call::Download || call == Call::Submit ||
                          call == Call::Acquire || call == Call::Release;
      if (how != How::FailLater || queued) all.push_back({call, how, handover});
    }
  }
  return all;
}

// False when the first has no n-th call of that kind.
bool failBoth(const std::shared_ptr<const Model>& model, const std::vector<Expectation>& expected, const BothFail& way,
              uint64_t firstNth, uint64_t secondNth, int frames) {
  const Pair fakes(way.imports);
  fakes.first.script->plan({way.call, firstNth, way.how});
  fakes.second.script->plan({way.call, secondNth, way.how});
  {
    auto made = Interpreter::create(model, with({&fakes.first, &fakes.second}).setFramesInFlight(frames));
    EXPECT_TRUE(made.ok()) << made.status().message();
    if (!made.ok()) return false;
    Interpreter& interpreter = *made.value();
    for (size_t at = 0; at < expected.size(); at += size_t(frames)) {
      std::vector<Event> events;
      for (int f = 0; f < frames; ++f) {
        EXPECT_TRUE(support::setInputs(interpreter.frame(f), expected[at + size_t(f)].inputs).ok());
        events.push_back(interpreter.frame(f).submit());
      }
      for (int f = 0; f < frames; ++f) {
        const Status status = events[size_t(f)].wait();
        EXPECT_TRUE(status.ok()) << status.message();
        if (!status.ok()) return false;
        EXPECT_EQ("", check(support::readOutputs(interpreter, interpreter.frame(f)), expected[at + size_t(f)]));
      }
    }
  }
  expectClean(*fakes.first.script);
  expectClean(*fakes.second.script);
  return fakes.first.script->struck() > 0;
}

class BothDevices : public testing::TestWithParam<int> {};

TEST_P(BothDevices, FailAtEveryCallAndTheAnswerIsRight) {
  const auto model = support::modelOf(sandwich());
  std::vector<Expectation> expected;
  for (uint64_t seed = 1; seed <= 4; ++seed) expected.push_back(expectation(model, seed));
  size_t played = 0;
  for (const BothFail& way : everyWay()) {
    bool more = true;
    for (uint64_t nth = 1; more && nth < 200; ++nth) {
      more = false;
      const uint64_t early = nth % 3 + 1;
      for (const uint64_t other : GetParam() == 1 ? std::vector{nth, early} : std::vector{early}) {
        SCOPED_TRACE(std::string(fake::callName(way.call)) + " " + std::to_string(nth) + " and " +
                     std::to_string(other) + ", how " + std::to_string(int(way.how)));
        more = failBoth(model, expected, way, nth, other, GetParam()) || more;
        ++played;
        if (HasFailure()) return;  // one is enough to look at
      }
    }
  }
  EXPECT_GT(played, 200u);
}

INSTANTIATE_TEST_SUITE_P(Frames, BothDevices, testing::Values(1, 2), testing::PrintToStringParamName());

}  // namespace
}  // namespace trireme::faults
