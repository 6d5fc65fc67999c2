#include "tools/paired_rounds.h"

#include <algorithm>
#include <numeric>
#include <random>

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

std::vector<std::vector<size_t>> shuffledRounds(size_t contestants, size_t rounds, uint64_t seed) {
  // Our own shuffle: the standard one may differ between libraries.
  std::mt19937_64 generator(seed);
  std::vector<std::vector<size_t>> orders(rounds, std::vector<size_t>(contestants));
  for (std::vector<size_t>& order : orders) {
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t i = contestants; i > 1; --i) std::swap(order[i - 1], order[size_t(generator() % i)]);
  }
  return orders;
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
