#include <gtest/gtest.h>

#include <cstdio>

#include "tests/models/profile_sweep.h"
#include "tests/support/shared_files.h"

// Every shared model through emulated devices: below 100 million multiply-adds all profiles and strategies, above three
// and two. It takes a long time: `ctest --preset long`.
namespace trireme::models {
namespace {

constexpr double kSmall = 100e6;

void sweepEvery(bool small, const Sweep& sweep) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  size_t models = 0, plans = 0, delegated = 0;
  for (const auto& path : support::modelFiles(*folder)) {
    const double macs = macsOf(path);
    if (macs < 0 || (macs < kSmall) != small) continue;
    SCOPED_TRACE(std::filesystem::relative(path, *folder).string());
    const SweepResult result = sweepModel(path, sweep);
    EXPECT_TRUE(result.ran);
    EXPECT_EQ(std::vector<std::string>(), result.wrong);
    EXPECT_EQ(sweep.profiles.size() * sweep.strategies.size(), result.plans);
    ++models;
    plans += result.plans;
    delegated += result.delegated;
    std::printf("%s: %.1f million multiply-adds, %zu plans, %zu with the device, %zu wrong\n",
                std::filesystem::relative(path, *folder).c_str(), result.macs / 1e6, result.plans, result.delegated,
                result.wrong.size());
    std::fflush(stdout);
  }
  std::printf("%zu models, %zu plans, %zu with the device\n", models, plans, delegated);
  EXPECT_GT(models, 0u);
  EXPECT_GT(delegated, plans / 4);
}

TEST(LongSweep, SmallModelsThroughEveryProfileAndStrategy) { sweepEvery(true, {everyProfile(), everyStrategy()}); }

TEST(LongSweep, LargeModelsThroughThreeProfilesAndTwoStrategies) {
  sweepEvery(false, {{"nnapi-1.2", "npu-int8", "mobile-gpu"}, {"optimal", "greedy"}});
}

}  // namespace
}  // namespace trireme::models
