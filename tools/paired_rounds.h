#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tools/statistics.h"
#include "trireme/status.h"

namespace trireme::tools {

// Things to be timed against each other, in rounds: in each round every one runs once, in an order that is shuffled
// anew. What disturbs the machine for longer than a round disturbs all alike, so the ratios within a round stay true.
struct RoundSettings {
  size_t contestants = 0, rounds = 20, warmUps = 3;
  uint64_t seed = 1;                                             // of the orders
  std::function<void(size_t done, size_t total)> progress = {};  // after each round, warm-up included
};
struct PairedTimes {
  std::vector<std::vector<double>> seconds;  // a contestant, a round; empty where one failed
  std::vector<Status> failures;              // a contestant; one that failed is not run again
  size_t rounds = 0;                         // all that did not fail ran in each of these
  bool stopped = false;                      // `run` said Cancelled; the round under way is dropped
};
// `run` runs a contestant once and tells its seconds.
PairedTimes runRounds(const RoundSettings& settings, const std::function<Result<double>(size_t contestant)>& run);

// The orders of the rounds, one after the other; they hang on the two numbers alone.
class RoundOrders {
 public:
  RoundOrders(size_t contestants, uint64_t seed) : order_(contestants), generator_(seed) {}
  const std::vector<size_t>& next();

 private:
  std::vector<size_t> order_;
  std::mt19937_64 generator_;
};
// The first of them.
std::vector<std::vector<size_t>> shuffledRounds(size_t contestants, size_t rounds, uint64_t seed);

// How much longer `times` are than `base`: the median of the ratios round by round.
struct PairedRatio {
  double median = 1;
  std::optional<Interval> ci95;  // none below six rounds
};
PairedRatio ratioOf(std::span<const double> times, std::span<const double> base);

}  // namespace trireme::tools
