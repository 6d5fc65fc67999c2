#include "tools/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace trireme::tools {
namespace {

TEST(MedianOf, IsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(medianOf(std::vector{7.0}), 7);
  EXPECT_EQ(medianOf(std::vector{9.0, 1.0, 5.0}), 5);
  EXPECT_EQ(medianOf(std::vector{9.0, 1.0, 5.0, 2.0}), 3.5);
}

// From tables of the binomial distribution.
TEST(MedianRank95, EqualsTheTablesOfTheSignTest) {
  const std::pair<size_t, size_t> known[] = {{0, 0},  {1, 0},  {5, 0},  {6, 1},  {8, 1},   {9, 2},
                                             {11, 2}, {12, 3}, {20, 6}, {25, 8}, {50, 18}, {100, 40}};
  for (const auto& [count, rank] : known) EXPECT_EQ(medianRank95(count), rank) << count << " samples";
}

TEST(MedianRank95, StaysNearTheNormalApproximationForManySamples) {
  const double n = 100000;
  EXPECT_NEAR(double(medianRank95(size_t(n))), n / 2 - 1.96 * std::sqrt(n) / 2, 2);
}

TEST(MedianInterval95, TakesTheSamplesOfThatRankFromBothEnds) {
  std::vector<double> samples;
  for (int i = 20; i >= 1; --i) samples.push_back(i);
  const auto interval = medianInterval95(samples);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 6);
  EXPECT_EQ(interval->high, 15);
}

TEST(MedianInterval95, HasNoneBelowSixSamples) {
  EXPECT_FALSE(medianInterval95(std::vector<double>(5, 1.0)));
  EXPECT_TRUE(medianInterval95(std::vector<double>(6, 1.0)));
}

TEST(MedianInterval95, HoldsTheMedianOfASkewedDistributionInAboutNinetySixOfAHundredDraws) {
  std::mt19937_64 generator(3);
  int held = 0;
  constexpr int kDraws = 4000;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<double> samples;
    for (int i = 0; i < 20; ++i) samples.push_back(-std::log((double(generator() >> 11) + 0.5) / 0x1p53));
    const auto interval = medianInterval95(samples);
    held += interval->low <= std::log(2.0) && std::log(2.0) <= interval->high;
  }
  EXPECT_NEAR(double(held) / kDraws, 0.9586, 0.012);  // the exact probability for 20 samples
}

TEST(QuantileOf, IsTheSmallestSampleThatTheShareDoesNotExceed) {
  std::vector<double> samples;
  for (int i = 10; i >= 1; --i) samples.push_back(i);
  EXPECT_EQ(quantileOf(samples, 0.90), 9);
  EXPECT_EQ(quantileOf(samples, 0.91), 10);
  EXPECT_EQ(quantileOf(samples, 0.99), 10);
  EXPECT_EQ(quantileOf(samples, 0.05), 1);
  EXPECT_EQ(quantileOf(samples, 0), 1);
  EXPECT_EQ(quantileOf(samples, 1), 10);
  EXPECT_EQ(quantileOf(std::vector{4.0}, 0.5), 4);
}

TEST(QuantileOf, HasTheRanksOfAHundredSamples) {
  std::vector<double> samples;
  for (int i = 1; i <= 100; ++i) samples.push_back(i);
  for (int percent = 1; percent <= 100; ++percent) EXPECT_EQ(quantileOf(samples, percent / 100.0), percent);
}

TEST(SummaryOf, HoldsEveryFigure) {
  const std::vector<double> samples{2, 1, 3, 10, 4, 5, 6};
  const Summary summary = summaryOf(samples);
  EXPECT_EQ(summary.median, 4);
  EXPECT_EQ(summary.min, 1);
  EXPECT_EQ(summary.max, 10);
  EXPECT_DOUBLE_EQ(summary.mean, 31.0 / 7);
  EXPECT_EQ(summary.p90, 10);
  EXPECT_EQ(summary.p95, 10);
  EXPECT_EQ(summary.p99, 10);
  EXPECT_EQ(summary.mad, 2);  // of 3, 2, 1, 0, 1, 2, 6
  ASSERT_TRUE(summary.ci95);
  EXPECT_EQ(summary.ci95->low, 1);
  EXPECT_EQ(summary.ci95->high, 10);
  EXPECT_FALSE(summaryOf(std::vector<double>(5, 1.0)).ci95);
}

}  // namespace
}  // namespace trireme::tools
