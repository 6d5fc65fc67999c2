#include "tools/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace trireme::tools {
namespace {

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> result(samples.begin(), samples.end());
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

double medianOf(std::span<const double> samples) {
  const std::vector<double> ordered = sorted(samples);
  const size_t middle = ordered.size() / 2;
  return ordered.size() % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

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

std::optional<Interval> medianInterval95(std::span<const double> samples) {
  const size_t rank = medianRank95(samples.size());
  if (rank == 0) return std::nullopt;
  const std::vector<double> ordered = sorted(samples);
  return Interval{ordered[rank - 1], ordered[ordered.size() - rank]};
}

}  // namespace trireme::tools
