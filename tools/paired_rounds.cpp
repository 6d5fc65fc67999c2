#include "tools/paired_rounds.h"

#include <algorithm>
#include <numeric>

namespace trireme::tools {
namespace {

// Runs one round; what it measured stands in `times` at the contestants' places. False: stopped.
bool runRound(std::span<const size_t> order, const std::function<Result<double>(size_t)>& run, PairedTimes& result,
              std::vector<double>& times) {
  for (const size_t contestant : order) {
    if (!result.failures[contestant].ok()) continue;
    const Result<double> seconds = run(contestant);
    if (seconds.ok()) {
      times[contestant] = seconds.value();
    } else if (seconds.status().code() == Code::Cancelled) {
      return false;
    } else {
      result.failures[contestant] = seconds.status();
      result.seconds[contestant].clear();
    }
  }
  return true;
}

}  // namespace

const std::vector<size_t>& RoundOrders::next() {
  std::iota(order_.begin(), order_.end(), size_t{0});
  // Our own shuffle: the standard one may differ between libraries.
  for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[size_t(generator_() % i)]);
  return order_;
}

std::vector<std::vector<size_t>> shuffledRounds(size_t contestants, size_t rounds, uint64_t seed) {
  RoundOrders orders(contestants, seed);
  std::vector<std::vector<size_t>> result;
  for (size_t round = 0; round < rounds; ++round) result.push_back(orders.next());
  return result;
}

PairedTimes runRounds(const RoundSettings& settings, const std::function<Result<double>(size_t)>& run) {
  PairedTimes result;
  result.seconds.resize(settings.contestants);
  result.failures.resize(settings.contestants);
  const size_t total = settings.warmUps + settings.rounds;
  const auto orders = shuffledRounds(settings.contestants, total, settings.seed);
  std::vector<double> times(settings.contestants);
  for (size_t round = 0; round < total; ++round) {
    result.stopped = !runRound(orders[round], run, result, times);
    if (result.stopped) break;
    if (settings.progress) settings.progress(round + 1, total);
    if (round < settings.warmUps) continue;
    for (size_t i = 0; i < times.size(); ++i) {
      if (result.failures[i].ok()) result.seconds[i].push_back(times[i]);
    }
    ++result.rounds;
  }
  return result;
}

PairedRatio ratioOf(std::span<const double> times, std::span<const double> base) {
  std::vector<double> ratios(times.size());
  for (size_t i = 0; i < ratios.size(); ++i) ratios[i] = times[i] / base[i];
  return {medianOf(ratios), medianInterval95(ratios)};
}

}  // namespace trireme::tools
