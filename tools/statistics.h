#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace trireme::tools {

// Of at least one sample; the mean of the two in the middle where the count is even.
double medianOf(std::span<const double> samples);

struct Interval {
  double low = 0, high = 0;
};
// The rank k, from 1, for which the k-th smallest and the k-th largest of `count` independent samples hold the median
// with at least 95 % probability, whatever the distribution (the sign test's interval). 0: too few samples, under 6.
size_t medianRank95(size_t count);
// The interval between those two samples; none where there are too few.
std::optional<Interval> medianInterval95(std::span<const double> samples);

// The smallest sample that at least this share of them (0 to 1) does not exceed: a sample, never a mean of two.
double quantileOf(std::span<const double> samples, double share);
struct Summary {
  double median = 0, min = 0, mean = 0, p90 = 0, p95 = 0, p99 = 0, max = 0;
  double mad = 0;                // median distance from the median
  std::optional<Interval> ci95;  // of the median
};
Summary summaryOf(std::span<const double> samples);  // of at least one

}  // namespace trireme::tools
