#include "tests/unit/faults/mixed_plan.h"

// A failure at every call for every n: the answer is right, or, strict, the error is.
namespace trireme::faults {
namespace {

struct Scenario {
  std::string name;
  FakeOptions options;
  int frames = 1;
};

Scenario copying() { return {"copies", onFake(), 1}; }
Scenario imported() { return {"imports", importing(), 1}; }
Scenario twoFrames() {
  Scenario scenario{"two_frames", onFake(), 2};
  scenario.options.maxBound = 1;
  return scenario;
}
Scenario synchronous() {
  Scenario scenario{"synchronous", onFake(), 1};
  scenario.options.asynchronous = false;
  return scenario;
}

// The model, and what three runs of it must give.
struct Runs {
  std::shared_ptr<const Model> model = support::modelOf(sandwich());
  std::vector<Expectation> expected = {expectation(model, 1), expectation(model, 2), expectation(model, 3),
                                       expectation(model, 4)};
};

struct Outcome {
  Status created;
  bool struckAtCreation = false, struck = false;
  std::vector<Status> frames;
  std::vector<std::string> wrong;  // of frames that succeeded
  std::vector<Fault> faults;
};

void submitAll(Interpreter& interpreter, const Runs& runs, Outcome& outcome) {
  const size_t frames = size_t(interpreter.frameCount());
  for (size_t at = 0; at < runs.expected.size(); at += frames) {
    std::vector<Event> events;
    for (size_t f = 0; f < frames; ++f) {
      EXPECT_TRUE(support::setInputs(interpreter.frame(int(f)), runs.expected[at + f].inputs).ok());
      events.push_back(interpreter.frame(int(f)).submit());
    }
    for (size_t f = 0; f < frames; ++f) {
      outcome.frames.push_back(events[f].wait());
      if (!outcome.frames.back().ok()) continue;
      const std::string wrong =
          check(support::readOutputs(interpreter, interpreter.frame(int(f))), runs.expected[at + f]);
      if (!wrong.empty()) outcome.wrong.push_back("run " + std::to_string(at + f) + ": " + wrong);
    }
  }
}

Outcome play(const Scenario& scenario, const Trouble& trouble, bool strict, const Runs& runs) {
  const Fake fake(scenario.options);
  fake.script->plan(trouble);
  Outcome outcome;
  {
    auto interpreter = Interpreter::create(runs.model, with(fake).setFramesInFlight(scenario.frames).setStrict(strict));
    outcome.created = interpreter.status();
    outcome.struckAtCreation = fake.script->struck() > 0;
    if (interpreter.ok()) {
      submitAll(*interpreter.value(), runs, outcome);
      for (const Fault& fault : interpreter.value()->faults()) outcome.faults.push_back(fault);
    }
  }
  outcome.struck = fake.script->struck() > 0;
  expectClean(*fake.script);
  return outcome;
}

std::string describe(const Scenario& scenario, const Trouble& trouble) {
  return scenario.name + ", " + std::string(callName(trouble.call)) + " " + std::to_string(trouble.nth) + ", how " +
         std::to_string(int(trouble.how)) + (trouble.lost ? ", lost" : "");
}

// Not strict: whatever fails, every answer is right, and a failure in a frame is on record.
void expectRightAnswers(const Outcome& outcome) {
  ASSERT_TRUE(outcome.created.ok()) << outcome.created.message();
  EXPECT_EQ(std::vector<std::string>(), outcome.wrong);
  for (const Status& status : outcome.frames) EXPECT_TRUE(status.ok()) << status.message();
  if (!outcome.struck || outcome.struckAtCreation) return;
  ASSERT_FALSE(outcome.faults.empty());
  const Fault& fault = outcome.faults[0];
  EXPECT_EQ("fake", fault.delegate);
  EXPECT_FALSE(fault.status.ok());
  EXPECT_NE(std::string::npos, fault.status.message().find("fake device")) << fault.status.message();
  EXPECT_TRUE(fault.ranAgain);
  EXPECT_EQ(std::vector<std::string>{"cpu"}, fault.ranOn);
}

// Strict: a failure in a frame fails that frame with the device's own code; no answer is wrong.
void expectRightError(const Outcome& outcome, const Trouble& trouble) {
  EXPECT_EQ(std::vector<std::string>(), outcome.wrong);
  if (!outcome.struck) {
    EXPECT_TRUE(outcome.created.ok());
    for (const Status& status : outcome.frames) EXPECT_TRUE(status.ok()) << status.message();
    return;
  }
  if (outcome.struckAtCreation) return;  // an error or a plan without the device; never a wrong answer
  size_t failed = 0;
  for (const Status& status : outcome.frames) {
    if (status.ok()) continue;
    ++failed;
    const Code expected = trouble.how == How::Throw ? status.code() : trouble.code;
    EXPECT_TRUE(status.code() == expected || trouble.lost) << codeName(status.code()) << ": " << status.message();
    EXPECT_NE(Code::Ok, status.code());
  }
  EXPECT_GE(failed, 1u);
  ASSERT_FALSE(outcome.faults.empty());
  EXPECT_FALSE(outcome.faults[0].ranAgain);
}

std::vector<How> waysToFail(Call call, bool asynchronous) {
  switch (call) {
    case Call::Query:
      return {How::Fail, How::Throw, How::Null, How::Short};
    case Call::Compile:
      return {How::Fail, How::Throw, How::Null, How::Short};
    case Call::Allocate:
      return {How::Fail, How::Throw, How::Null, How::Short};
    case Call::Bind:
    case Call::Import:
      return {How::Fail, How::Throw, How::Null};
    case Call::Wait:
      return {How::Fail, How::Throw};
    default:
      break;
  }
  if (!asynchronous) return {How::Fail, How::Throw};
  return {How::Fail, How::FailLater, How::Throw};
}

// Every n, until there is no n-th call any more.
void failEveryNth(const Scenario& scenario, Call call, How how, bool lost, bool strict, const Runs& runs) {
  constexpr uint64_t kFarTooMany = 200;
  for (uint64_t nth = 1; nth < kFarTooMany; ++nth) {
    const Trouble trouble{call, nth, how, call == Call::Allocate ? Code::OutOfMemory : Code::DeviceLost, lost};
    SCOPED_TRACE(describe(scenario, trouble));
    const Outcome outcome = play(scenario, trouble, strict, runs);
    if (strict) {
      expectRightError(outcome, trouble);
    } else {
      expectRightAnswers(outcome);
    }
    if (!outcome.struck) return;
    if (testing::Test::HasFailure()) return;  // one is enough to look at
  }
  ADD_FAILURE() << "no end of calls";
}

void PrintTo(const Scenario& scenario, std::ostream* stream) { *stream << scenario.name; }

class EveryCallFails : public testing::TestWithParam<Scenario> {};

TEST_P(EveryCallFails, AndTheAnswerIsRight) {
  const Runs runs;
  for (Call call : fake::kEveryCall) {
    for (How how : waysToFail(call, GetParam().options.asynchronous)) {
      for (bool lost : {false, true}) failEveryNth(GetParam(), call, how, lost, false, runs);
    }
  }
}

TEST_P(EveryCallFails, AndStrictTheErrorIsRight) {
  const Runs runs;
  for (Call call : fake::kEveryCall) {
    for (How how : waysToFail(call, GetParam().options.asynchronous)) {
      failEveryNth(GetParam(), call, how, false, true, runs);
    }
  }
}

std::string scenarioName(const testing::TestParamInfo<Scenario>& scenario) { return scenario.param.name; }
INSTANTIATE_TEST_SUITE_P(Fake, EveryCallFails, testing::Values(copying(), imported(), twoFrames(), synchronous()),
                         scenarioName);

TEST(EveryCall, IsMadeAtLeastOnce) {
  const Runs runs;
  for (Call call : fake::kEveryCall) {
    const bool handover = call == Call::Import || call == Call::Acquire || call == Call::Release;
    const Scenario scenario = handover ? imported() : copying();
    EXPECT_TRUE(play(scenario, {call, 1}, false, runs).struck) << callName(call);
  }
}

TEST(TwoFakes, BothDieAndTheCpuAnswers) {
  FakeOptions first = onFake(), second = onFake();
  first.name = "first";
  first.operators = {OpKind::Tanh, OpKind::Add};
  second.name = "second";
  const Fake one(first), two(second);
  one.script->plan({Call::Submit, 3, How::FailLater, Code::DeviceLost, true});
  two.script->plan({Call::Upload, 12, How::Fail, Code::DeviceLost, true});
  const auto model = support::modelOf(sandwich());
  {
    auto interpreter = Interpreter::create(model, with({&one, &two}));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    for (uint64_t seed = 1; seed <= 8; ++seed) {
      EXPECT_EQ("", runAndCheck(*interpreter.value(), expectation(model, seed)));
    }
    ASSERT_EQ(2u, interpreter.value()->faults().size());
    EXPECT_EQ("first", interpreter.value()->faults()[0].delegate);
    EXPECT_EQ("second", interpreter.value()->faults()[1].delegate);
    EXPECT_EQ(7u, support::nodesPerDelegate(interpreter.value()->compiled())["cpu"]);
  }
  expectClean(*one.script);
  expectClean(*two.script);
}

}  // namespace

}  // namespace trireme::faults
