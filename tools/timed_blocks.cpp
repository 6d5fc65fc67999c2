#include "tools/timed_blocks.h"

#include <algorithm>
#include <cmath>

#include "tools/paired_rounds.h"

namespace trireme::tools {
namespace {

constexpr size_t kFewestBlocks = 20, kMostTurnRuns = 1'000'000;

struct Tally {
  size_t runs = 0;
  double seconds = 0;
};

// How much of both leasts is met, 0 to 1.
double shareOf(const BlockRules& rules, const Tally& tally) {
  const double runs = rules.leastRuns > 0 ? double(tally.runs) / double(rules.leastRuns) : 1;
  const double seconds = rules.leastSeconds > 0 ? tally.seconds / rules.leastSeconds : 1;
  return std::min({1.0, runs, seconds});
}

class Blocks {
 public:
  Blocks(const BlockRules& rules, const Contestants& contestants)
      : rules_(rules), contestants_(contestants), tallies_(count()), block_(count()) {
    for (const double seconds : contestants.typicalSeconds) turns_.push_back(turnRuns(rules, seconds));
    result_.failures.resize(count());
  }

  BlocksDone run() {
    RoundOrders orders(count(), rules_.seed);
    while (!over()) {
      if (!runBlock(orders.next())) {
        result_.stopped = true;
        break;
      }
      keep();
    }
    for (const Tally& tally : tallies_) {
      result_.runs.push_back(tally.runs);
      result_.enough.push_back(shareOf(rules_, tally) >= 1);
    }
    return std::move(result_);
  }

 private:
  size_t count() const { return contestants_.typicalSeconds.size(); }

  // The least share of those that still run; 1 where none does.
  double share() const {
    double least = 1;
    for (size_t i = 0; i < count(); ++i) {
      if (result_.failures[i].ok()) least = std::min(least, shareOf(rules_, tallies_[i]));
    }
    return least;
  }

  double limitShare() const { return seconds_ / (rules_.mostSeconds * double(std::max<size_t>(count(), 1))); }

  bool over() const { return share() >= 1 || limitShare() >= 1; }

  bool runBlock(const std::vector<size_t>& order) {
    std::fill(block_.begin(), block_.end(), Tally());
    for (const size_t one : order) {
      if (!result_.failures[one].ok()) continue;
      const Result<double> seconds = contestants_.turn(one, turns_[one]);
      if (seconds.ok()) {
        block_[one] = {turns_[one], seconds.value()};
      } else if (seconds.status().code() == Code::Cancelled) {
        return false;
      } else {
        result_.failures[one] = seconds.status();
      }
    }
    return true;
  }

  void keep() {
    for (size_t i = 0; i < count(); ++i) {
      tallies_[i].runs += block_[i].runs;
      tallies_[i].seconds += block_[i].seconds;
      seconds_ += block_[i].seconds;
    }
    ++result_.blocks;
    contestants_.keep();
    if (rules_.progress) rules_.progress(std::min(1.0, std::max(share(), limitShare())));
  }

  const BlockRules& rules_;
  const Contestants& contestants_;
  std::vector<size_t> turns_;
  std::vector<Tally> tallies_, block_;
  double seconds_ = 0;
  BlocksDone result_;
};

}  // namespace

size_t turnRuns(const BlockRules& rules, double typicalSeconds) {
  const double share = rules.leastSeconds / double(std::max(rules.leastRuns, kFewestBlocks));
  const double runs = typicalSeconds > 0 ? std::ceil(share / typicalSeconds) : 1;
  return size_t(std::clamp(runs, 1.0, double(kMostTurnRuns)));
}

BlocksDone runBlocks(const BlockRules& rules, const Contestants& contestants) {
  return Blocks(rules, contestants).run();
}

}  // namespace trireme::tools
