#include "tests/support/fake_delegate.h"
#include "tests/unit/core/interpreter_fixture.h"

namespace trireme::core {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A device that promises to be quicker than anything, and then takes 20 ms for each partition.
struct Boaster {
  fake::FakeOptions options() {
    fake::FakeOptions options;
    options.name = "boaster";
    options.rates = {1e18, 1e18, 0, 1e18, 0};
    options.delays[size_t(fake::Call::Submit)] = std::chrono::milliseconds(20);
    return options;
  }
  fake::Fake fake{options()};
};

size_t nodesOn(const CompiledModel& compiled, const char* delegate) {
  const auto counts = support::nodesPerDelegate(compiled);
  const auto found = counts.find(delegate);
  return found == counts.end() ? 0 : found->second;
}

class Tuning : public testing::Test {
 protected:
  std::shared_ptr<const CompiledModel> create() {
    auto compiled = CompiledModel::create(model, options);
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    return compiled.ok() ? std::move(compiled).value() : nullptr;
  }
  std::shared_ptr<const Model> model = threeNodes();
  Options options;
};

TEST_F(Tuning, LeavesADeviceThatIsSlowerThanItSaid) {
  Boaster boaster;
  options.addDelegate(boaster.fake.delegate);
  EXPECT_EQ(nodesOn(*create(), "boaster"), 3u) << "without it the promise is believed";
  options.setTuning(true);
  const auto tuned = create();
  EXPECT_EQ(nodesOn(*tuned, "boaster"), 0u);
  ASSERT_GE(tuned->tuning().size(), 2u);
  EXPECT_FALSE(tuned->tuning()[0].chosen);
  EXPECT_GE(tuned->tuning()[0].measuredSeconds, 20e-3);
  EXPECT_LT(tuned->tuning()[0].predictedSeconds, 1e-3);
  EXPECT_EQ(std::ranges::count_if(tuned->tuning(), [](const TunedPlan& one) { return one.chosen; }), 1);
  EXPECT_THAT(boaster.fake.script->violations(), IsEmpty());
}

TEST_F(Tuning, TriesNoMoreThanFourPlans) {
  Boaster boaster;
  options.addDelegate(boaster.fake.delegate).setTuning(true);
  EXPECT_LE(create()->tuning().size(), 4u);
}

TEST_F(Tuning, NothingRunsWithoutIt) {
  Boaster boaster;
  options.addDelegate(boaster.fake.delegate);
  const auto compiled = create();
  EXPECT_THAT(compiled->tuning(), IsEmpty());
  EXPECT_EQ(boaster.fake.script->calls(fake::Call::Submit), 0u);
}

TEST_F(Tuning, TheTunedModelGivesTheSameAnswersAndKeepsTheUsersSettings) {
  class Counter final : public TraceSink {
   public:
    void record(const TraceSpan& span) noexcept override { runs += span.kind == SpanKind::Run ? 1 : 0; }
    std::atomic<int> runs{0};
  };
  Boaster boaster;
  Counter trace;
  options.addDelegate(boaster.fake.delegate).setTuning(true).setTrace(&trace).setFramesInFlight(2);
  const auto interpreter = Interpreter::create(create()).value();
  EXPECT_EQ(trace.runs.load(), 0) << "the tuning's own runs are not the user's";
  EXPECT_EQ(interpreter->frameCount(), 2);
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5F), std::tanh(0.5F));
  EXPECT_GT(trace.runs.load(), 0);
}

TEST_F(Tuning, ADeviceThatFailsMeanwhileEndsItWithOneLine) {
  fake::Fake fake;
  fake.script->plan({.call = fake::Call::Submit, .nth = 2});
  std::vector<std::string> said;
  options.addDelegate(fake.delegate).setTuning(true).setStrategy("single:fake");
  options.setLog([&](std::string_view line) { said.emplace_back(line); });
  const auto compiled = create();
  ASSERT_NE(compiled, nullptr);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("tuning ended early: "));
  EXPECT_EQ(nodesOn(*compiled, "fake"), 3u);
  const auto interpreter = Interpreter::create(compiled).value();
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5F), std::tanh(0.5F));
}

TEST_F(Tuning, WhatCannotBeCompiledFailsAsItDoesWithoutIt) {
  options.setTuning(true).pin("0", "nobody");
  const auto compiled = CompiledModel::create(model, options);
  EXPECT_EQ(compiled.status().code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(compiled.status().message()), HasSubstr("nobody"));
}

}  // namespace
}  // namespace trireme::core
