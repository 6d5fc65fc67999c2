#include "tools/compare_plans.h"

#include <gtest/gtest.h>

#include "tests/support/fake_delegate.h"
#include "tools/open_model.h"

namespace trireme::tools {
namespace {

using Names = std::vector<std::string>;

std::shared_ptr<Delegate> delegate(const std::string& spec) {
  auto made = createDelegate(spec, 1);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(made).value();
}

std::shared_ptr<const Model> lenet() { return openModel("zoo:lenet:int8").value(); }

Measuring twoRounds() {
  Measuring measuring;
  measuring.rounds = 2;
  measuring.inputs.seed = 1;
  return measuring;
}

TEST(EveryStrategy, EndsWithOneForEachDelegateAndTheCpuLast) {
  const std::vector delegates{delegate("cpu"), delegate("emulated:npu-int8"), delegate("emulated:nnapi-1.1")};
  EXPECT_EQ(everyStrategy(delegates), (Names{"optimal", "greedy", "nnapi", "per-op", "single:emulated:npu-int8",
                                             "single:emulated:nnapi-1.1", "single:cpu"}));
  EXPECT_EQ(everyStrategy({}).back(), "single:cpu");
}

TEST(PlanAll, PutsTheReasonOfAStrategyThatCannotBeMetIntoItsRow) {
  Options options;
  options.addDelegate(delegate("emulated:npu-int8")).pin("0", "emulated:npu-int8");
  const Names strategies{"optimal", "single:cpu"};
  const auto rows = planAll(lenet(), options, strategies);
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  EXPECT_TRUE(rows.value()[0].compiled);
  EXPECT_FALSE(rows.value()[1].compiled);
  EXPECT_NE(rows.value()[1].refused.message().find("CONV_2D"), std::string::npos) << rows.value()[1].refused.message();
}

TEST(PlanAll, FailsWhenNoStrategyCanBeMet) {
  Options options;
  options.pin("no such tensor", "cpu");
  const Names strategies{"optimal", "single:cpu"};
  EXPECT_EQ(planAll(lenet(), options, strategies).status().code(), Code::InvalidArgument);
}

// Two plans, of which one runs everything on a fake device whose `nth` submission fails.
struct Failing {
  fake::Fake device;
  Options options;
  std::vector<StrategyRow> rows;

  explicit Failing(uint64_t nth) {
    device.script->plan({fake::Call::Submit, nth});
    options.addDelegate(device.delegate).addDelegate(delegate("cpu")).setStrict(true);
    const Names strategies{"single:fake", "single:cpu"};
    rows = planAll(lenet(), options, strategies).value();
  }
};

TEST(MeasureAll, TimesNoPlanWhoseDeviceFailsInItsFirstRunOrInARound) {
  for (const uint64_t nth : {1u, 5u}) {
    Failing failing(nth);
    const auto measured = measureAll(failing.rows, lenet(), failing.options.settings(), twoRounds());
    ASSERT_TRUE(measured.ok()) << measured.status().message();
    EXPECT_EQ(failing.device.script->struck(), 1u);
    EXPECT_EQ(failing.rows[0].refused.code(), Code::DeviceLost);
    EXPECT_TRUE(failing.rows[0].compiled);
    EXPECT_TRUE(failing.rows[0].seconds.empty());
    EXPECT_TRUE(failing.rows[1].refused.ok());
    EXPECT_EQ(failing.rows[1].seconds.size(), 2u);
  }
}

TEST(MeasureAll, EndsWithTheDevicesFailureWhenStrict) {
  for (const uint64_t nth : {1u, 5u}) {
    Failing failing(nth);
    Measuring measuring = twoRounds();
    measuring.strict = true;
    const auto measured = measureAll(failing.rows, lenet(), failing.options.settings(), measuring);
    EXPECT_EQ(measured.status().code(), Code::DeviceLost);
  }
}

TEST(MeasureAll, TimesModelledPlansByTheSumOfTheirPartsAndFindsTheirOutputsEqual) {
  Options options;
  options.addDelegate(delegate("emulated:npu-int8")).addDelegate(delegate("cpu"));
  const Names strategies{"greedy", "single:cpu"};
  auto rows = planAll(lenet(), options, strategies);
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  const auto measured = measureAll(rows.value(), lenet(), options.settings(), twoRounds());
  ASSERT_TRUE(measured.ok()) << measured.status().message();
  EXPECT_TRUE(measured.value().byParts);
  EXPECT_EQ(labelOf(*rows.value()[0].compiled), TimeLabel::Modelled);
  EXPECT_EQ(labelOf(*rows.value()[1].compiled), TimeLabel::Measured);
  for (const StrategyRow& row : rows.value()) {
    EXPECT_EQ(row.seconds.size(), 2u) << row.name;
    ASSERT_TRUE(row.difference);
    EXPECT_EQ(row.difference->mismatches, 0u);
  }
}

// Two interpreters of one plan would be compared by where their memory happens to lie.
TEST(MeasureAll, RunsAPlanOnceARoundForAllStrategiesThatMadeIt) {
  Options options;
  const auto npu = delegate("emulated:npu-int8");
  options.addDelegate(npu).addDelegate(delegate("cpu"));
  const Names strategies{"greedy", "single:emulated:npu-int8", "single:cpu"};
  auto rows = planAll(lenet(), options, strategies);
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  EXPECT_FALSE(rows.value()[0].same);
  EXPECT_EQ(rows.value()[1].same, 0u);
  EXPECT_FALSE(rows.value()[2].same);
  ASSERT_TRUE(measureAll(rows.value(), lenet(), options.settings(), twoRounds()).ok());
  EXPECT_EQ(rows.value()[1].seconds, rows.value()[0].seconds);
  EXPECT_EQ(rows.value()[1].seconds.size(), 2u);
  ASSERT_TRUE(rows.value()[1].difference);
  EXPECT_NE(rows.value()[2].seconds, rows.value()[0].seconds);
}

TEST(MeasureAll, DoesNotTimeAPlanWhoseOutputsAreOutOfBounds) {
  fake::FakeOptions wrong;
  wrong.answersWrong = true;
  const fake::Fake fake(wrong);
  const auto model = lenet();
  Options options;
  options.addDelegate(fake.delegate).addDelegate(delegate("cpu"));
  const Names strategies{"single:fake", "single:cpu"};
  auto rows = planAll(model, options, strategies);
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  ASSERT_TRUE(measureAll(rows.value(), model, options.settings(), twoRounds()).ok());
  EXPECT_GT(rows.value()[0].difference->mismatches, 0u);
  EXPECT_TRUE(rows.value()[0].seconds.empty());
  EXPECT_EQ(rows.value()[1].seconds.size(), 2u);
}

}  // namespace
}  // namespace trireme::tools
