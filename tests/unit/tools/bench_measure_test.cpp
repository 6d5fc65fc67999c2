#include "tools/bench_measure.h"

#include <gtest/gtest.h>

#include "tests/support/fake_delegate.h"
#include "tools/bench_report.h"

namespace trireme::tools {
namespace {

BenchRules quick() {
  BenchRules rules;
  rules.inputs.seed = 1;
  rules.minRuns = 7;
  rules.seconds = 0;
  return rules;
}

// A configuration by its delegates, the CPU at the end.
BenchConfiguration configuration(const std::string& strategy, std::vector<std::shared_ptr<Delegate>> delegates) {
  BenchConfiguration one;
  one.strategy = strategy;
  one.options.setStrategy(strategy).setStrict(true);
  for (auto& delegate : delegates) {
    one.delegates.push_back(delegate->info().name);
    one.options.addDelegate(std::move(delegate));
  }
  one.options.addDelegate(createDelegate("cpu", 1).value());
  if (one.delegates.empty()) one.delegates.emplace_back("cpu");
  one.specs = one.delegates;
  return one;
}

struct Measured {
  BenchModel model;
  std::vector<BenchConfiguration> configurations;
  Status status;

  Measured(const std::string& word, std::vector<BenchConfiguration> all, const BenchRules& rules)
      : model(openBenchModel(word, "").value()), configurations(std::move(all)) {
    std::mutex mutex;
    status = measureModel(model, configurations, rules, mutex);
  }
  const BenchRow& operator[](size_t i) const { return model.rows[i]; }
};

TEST(MeasureModel, VerifiesWarmsUpAndTimesEveryConfiguration) {
  fake::Fake device;
  const Measured bench("zoo:lenet:int8",
                       {configuration("optimal", {}), configuration("single:fake", {device.delegate})}, quick());
  ASSERT_TRUE(bench.status.ok()) << bench.status.message();
  for (const BenchRow& row : bench.model.rows) {
    EXPECT_TRUE(row.refused.ok());
    EXPECT_EQ(row.seconds.size(), 7u);
    EXPECT_EQ(row.steps.size(), row.compiled->plan().steps.size());
    for (const auto& step : row.steps) EXPECT_EQ(step.size(), 7u);
    EXPECT_GT(row.warmUpRuns, 3u);
    ASSERT_TRUE(row.difference);
    EXPECT_EQ(row.difference->against, "cpu");
    EXPECT_EQ(row.difference->mismatches, 0u);
    EXPECT_TRUE(row.compileSeconds && row.prepareSeconds && row.firstSeconds);
    EXPECT_TRUE(isValid(row));
    EXPECT_TRUE(row.calls.empty());
  }
}

TEST(MeasureModel, PutsTheReasonOfWhatCannotBePlannedIntoItsRow) {
  const Measured bench("zoo:lenet:int8", {configuration("single:npu", {}), configuration("optimal", {})}, quick());
  ASSERT_TRUE(bench.status.ok()) << bench.status.message();
  EXPECT_FALSE(bench[0].compiled);
  EXPECT_NE(bench[0].refused.message().find("'npu'"), std::string::npos);
  EXPECT_FALSE(isValid(bench[0]));
  EXPECT_EQ(bench[1].seconds.size(), 7u);
}

TEST(MeasureModel, FailsWhereNoConfigurationCanBePlanned) {
  const Measured bench("zoo:lenet:int8", {configuration("single:npu", {})}, quick());
  EXPECT_EQ(bench.status.code(), Code::InvalidArgument);
}

TEST(MeasureModel, EndsOnlyTheRowOfADeviceThatFails) {
  for (const uint64_t nth : {1u, 4u, 25u}) {  // when verifying, warming up, timing
    fake::Fake device;
    device.script->plan({fake::Call::Submit, nth});
    BenchRules rules = quick();
    rules.minRuns = 200;
    const Measured bench("zoo:lenet:int8",
                         {configuration("single:fake", {device.delegate}), configuration("optimal", {})}, rules);
    ASSERT_TRUE(bench.status.ok()) << bench.status.message();
    EXPECT_EQ(device.script->struck(), 1u);
    EXPECT_EQ(bench[0].refused.code(), Code::DeviceLost) << nth;
    EXPECT_TRUE(bench[0].seconds.empty());
    EXPECT_EQ(bench[1].seconds.size(), 200u);
  }
}

TEST(MeasureModel, EndsWithTheDevicesFailureWhenStrict) {
  for (const uint64_t nth : {1u, 4u, 25u}) {
    fake::Fake device;
    device.script->plan({fake::Call::Submit, nth});
    BenchRules rules = quick();
    rules.minRuns = 200;
    rules.strict = true;
    const Measured bench("zoo:lenet:int8", {configuration("single:fake", {device.delegate})}, rules);
    EXPECT_EQ(bench.status.code(), Code::DeviceLost);
  }
}

TEST(MeasureModel, DoesNotTimeWhatIsOutOfBoundsUnlessNotAskedToVerify) {
  fake::FakeOptions wrong;
  wrong.answersWrong = true;
  const fake::Fake liar(wrong);
  BenchRules rules = quick();
  const Measured bench("zoo:lenet:int8", {configuration("single:fake", {liar.delegate}), configuration("optimal", {})},
                       rules);
  ASSERT_TRUE(bench.status.ok()) << bench.status.message();
  EXPECT_TRUE(isOutOfBounds(bench[0]));
  EXPECT_TRUE(bench[0].seconds.empty());
  EXPECT_FALSE(isValid(bench[0]));
  EXPECT_EQ(bench[1].seconds.size(), 7u);
  rules.verify = false;
  const Measured trusting("zoo:lenet:int8", {configuration("single:fake", {liar.delegate})}, rules);
  EXPECT_FALSE(trusting[0].difference);
  EXPECT_EQ(trusting[0].seconds.size(), 7u);
}

TEST(MeasureModel, TimesAModelledPlanByTheSumOfItsParts) {
  const auto npu = createDelegate("emulated:npu-int8", 1).value();
  const Measured bench("zoo:lenet:int8", {configuration("single:emulated:npu-int8", {npu})}, quick());
  ASSERT_TRUE(bench.status.ok()) << bench.status.message();
  for (size_t run = 0; run < 7; ++run) {
    double sum = 0;
    for (const auto& step : bench[0].steps) sum += step[run];
    EXPECT_DOUBLE_EQ(bench[0].seconds[run], sum);
  }
}

TEST(MeasureModel, KeepsATimeARunOfEveryCallWhereAsked) {
  TraceCollector collector(1000);
  BenchRules rules = quick();
  rules.collector = &collector;
  const Measured bench("zoo:lenet:int8", {configuration("optimal", {})}, rules);
  ASSERT_TRUE(bench.status.ok()) << bench.status.message();
  EXPECT_EQ(bench[0].calls.size(), bench[0].compiled->calls(0).size());
  for (const auto& [call, times] : bench[0].calls) EXPECT_EQ(times.size(), 7u);
}

TEST(MeasureModel, EndsAtInputsThatAreWrong) {
  BenchRules rules = quick();
  rules.inputs.arrays = {"0=no_such_file.npy"};
  const Measured bench("zoo:lenet:int8", {configuration("optimal", {})}, rules);
  EXPECT_FALSE(bench.status.ok());
  EXPECT_TRUE(bench[0].seconds.empty());
}

}  // namespace
}  // namespace trireme::tools
