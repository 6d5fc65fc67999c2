#include "tools/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace trireme::tools {
namespace {

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> result(samples.begin(), samples.end());
  std::sort(result.begin(), result.end());
  return result;
}

// These take samples in order.
double middleOf(std::span<const double> ordered) {
  const size_t middle = ordered.size() / 2;
  return ordered.size() % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

double nearestRank(std::span<const double> ordered, double share) {
  const double rank = std::ceil(share * double(ordered.size()) - 1e-9);  // 0.9 * 10 is 9, whatever its last bit says
  return ordered[std::min(ordered.size(), size_t(std::max(rank, 1.0))) - 1];
}

std::optional<Interval> middleInterval95(std::span<const double> ordered) {
  const size_t rank = medianRank95(ordered.size());
  if (rank == 0) return std::nullopt;
  return Interval{ordered[rank - 1], ordered[ordered.size() - rank]};
}

}  // namespace

double medianOf(std::span<const double> samples) { return middleOf(sorted(samples)); }

size_t medianRank95(size_t count) {
  // How many samples lie below the median is binomial with chance 1/2. Its tail grows term by term until it would pass
  // 2.5 %; logarithms, because 2^-count underflows.
  const double n = double(count);
  double below = 0, term = -n * std::log(2.0);
  size_t rank = 0;
  for (double i = 0; i < n / 2; ++i) {
    below += std::exp(term);
    if (below > 0.025) break;
    ++rank;
    term += std::log(n - i) - std::log(i + 1);
  }
  return rank;
}

std::optional<Interval> medianInterval95(std::span<const double> samples) { return middleInterval95(sorted(samples)); }

double quantileOf(std::span<const double> samples, double share) { return nearestRank(sorted(samples), share); }

Summary summaryOf(std::span<const double> samples) {
  const std::vector<double> ordered = sorted(samples);
  Summary result;
  result.median = middleOf(ordered);
  result.min = ordered.front();
  result.mean = std::accumulate(ordered.begin(), ordered.end(), 0.0) / double(ordered.size());
  result.p90 = nearestRank(ordered, 0.90);
  result.p95 = nearestRank(ordered, 0.95);
  result.p99 = nearestRank(ordered, 0.99);
  result.max = ordered.back();
  result.ci95 = middleInterval95(ordered);
  std::vector<double> distances(ordered.size());
  std::transform(ordered.begin(), ordered.end(), distances.begin(),
                 [&](double one) { return std::abs(one - result.median); });
  result.mad = medianOf(distances);
  return result;
}

}  // namespace trireme::tools
