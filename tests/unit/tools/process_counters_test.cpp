#include "tools/process_counters.h"

#include <gtest/gtest.h>

namespace trireme::tools {
namespace {

TEST(StolenTicksIn, TakesTheEighthNumberOfTheFirstLine) {
  EXPECT_EQ(stolenTicksIn("cpu  10 20 30 40 50 60 70 81 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n"), 81);
}

TEST(StolenTicksIn, KnowsNothingOfOtherTexts) {
  for (const char* text : {"", "cpu", "cpu 1 2 3 4 5 6 7", "cpu 1 2 3 4 5 6 7 x", "intr 1 2 3 4 5 6 7 8"}) {
    EXPECT_FALSE(stolenTicksIn(text)) << text;
  }
}

TEST(PeakKilobytesIn, TakesTheHighWaterMark) {
  EXPECT_EQ(peakKilobytesIn("Name:\ttrireme\nVmPeak:\t  999 kB\nVmHWM:\t  1234 kB\nVmRSS:\t 5 kB\n"), 1234u);
  EXPECT_FALSE(peakKilobytesIn("Name:\ttrireme\n"));
  EXPECT_FALSE(peakKilobytesIn("VmHWM:\t12 pages\n"));
}

TEST(ProcessCounters, GrowWithWork) {
  const double before = processCounters().cpuSeconds;
  volatile uint64_t sum = 0;
  while (processCounters().cpuSeconds - before < 1e-3) sum = sum + 1;
  EXPECT_GT(sum, 0u);
}

TEST(PeakMemoryBytes, IsAtLeastWhatIsHeld) {
  const auto peak = peakMemoryBytes();
  if (!peak) GTEST_SKIP() << "this system does not tell";
  EXPECT_GT(*peak, size_t{1} << 16);
}

TEST(WasSwitchedOften, AllowsOneSwitchAndOneMoreEveryTenMilliseconds) {
  EXPECT_FALSE(wasSwitchedOften(1, 0.0001));
  EXPECT_TRUE(wasSwitchedOften(2, 0.0001));
  EXPECT_FALSE(wasSwitchedOften(11, 0.1));
  EXPECT_TRUE(wasSwitchedOften(12, 0.1));
}

TEST(WasStolenFrom, NeedsMoreThanTheClocksGrainAndMoreThanTwoPercent) {
  EXPECT_FALSE(wasStolenFrom(0, 0.001, 2));
  EXPECT_FALSE(wasStolenFrom(0.01, 0.001, 2));
  EXPECT_TRUE(wasStolenFrom(0.02, 0.1, 2));
  EXPECT_FALSE(wasStolenFrom(0.02, 1, 2));
  EXPECT_TRUE(wasStolenFrom(0.05, 1, 2));
}

}  // namespace
}  // namespace trireme::tools
