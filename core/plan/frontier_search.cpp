#include "core/plan/frontier_search.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/plan/search_rules.h"

namespace trireme::plan {
namespace {

constexpr size_t kRivals = 8;      // states that each one is compared with
constexpr size_t kLeastBeam = 48;  // however short work is
constexpr size_t kMostBeam = 20000;
constexpr double kRounding = 1e-9;  // relative: sums in another order

using Layer = std::map<std::vector<uint64_t>, Frontier>;  // by the nodes that are done

class Search {
 public:
  Search(const SearchTables& tables, const SearchSettings& settings)
      : tables_(tables), settings_(settings), rules_(tables, settings.relaxed), left_(settings.work) {
    bound_ = settings.bound + std::abs(settings.bound) * kRounding;
  }

  SearchResult run() {
    Layer layer;
    Frontier first = firstFrontier(tables_, rules_.headWords());
    first.states.add(rules_.firstState(first), 0, {});
    layer.emplace(first.done, std::move(first));
    for (size_t step = 0; step < tables_.nodes.size() && !layer.empty(); ++step) {
      layer = settings_.order ? follow(layer, (*settings_.order)[step]) : branch(layer);
      for (auto& [done, frontier] : layer) thinOut(frontier, tables_.nodes.size() - step);
      std::erase_if(layer, [](const auto& one) { return one.second.states.size() == 0; });
      if (!settings_.order && left_ == 0) {
        result_.complete = false;
        return std::move(result_);
      }
    }
    if (!layer.empty()) finish(layer.begin()->second);
    return std::move(result_);
  }

 private:
  void spend(uint64_t work) { left_ -= std::min(left_, work); }

  Layer follow(const Layer& layer, uint32_t node) {
    Layer next;
    advance(layer.begin()->second, node, next);
    return next;
  }

  Layer branch(const Layer& layer) {
    Layer next;
    for (const auto& [done, frontier] : layer) {
      for (uint32_t node : frontier.ready) {
        if (left_ > 0) advance(frontier, node, next);
      }
    }
    return next;
  }

  void advance(const Frontier& frontier, uint32_t node, Layer& next) {
    Frontier target = nextFrontier(tables_, frontier, node, rules_.headWords());
    auto key = target.done;
    Frontier& to = next.try_emplace(std::move(key), std::move(target)).first->second;
    const Advance advance = advanceTo(tables_, rules_.where(), frontier, to, node);
    for (uint32_t delegate = 0; delegate < tables_.limits.size(); ++delegate) {
      if (std::isinf(tables_.nodes[node].price[delegate])) continue;
      spend(frontier.states.size() * wordsOf(to));
      for (size_t state = 0; state < frontier.states.size(); ++state) {
        step(frontier, state, to, advance, delegate);
      }
    }
  }

  void step(const Frontier& frontier, size_t state, Frontier& to, const Advance& advance, uint32_t delegate) {
    for (const bool opens : {false, true}) {
      const auto extra = rules_.apply(frontier, frontier.states.key(state), to, advance, delegate, opens, scratch_);
      if (!extra) continue;
      const double cost = frontier.states.cost(state) + *extra;
      if (cost + to.rest > bound_) continue;
      to.states.add(scratch_, cost, {frontier.states.trace(state), advance.node, uint16_t(delegate), opens});
    }
  }

  size_t wordsOf(const Frontier& frontier) const { return rules_.headWords() + frontier.live.size() + 1; }

  // A state is worked on once a delegate; what comes of it is compared with its rivals.
  size_t beam(size_t stepsLeft, const Frontier& frontier) const {
    if (!settings_.order) return SIZE_MAX;
    const size_t share = size_t(left_ / (stepsLeft * tables_.limits.size() * wordsOf(frontier) * 2));
    return std::min(settings_.beam, std::clamp(share, kLeastBeam, kMostBeam));
  }

  void thinOut(Frontier& frontier, size_t stepsLeft) {
    const size_t most = beam(stepsLeft, frontier);
    std::vector<uint32_t> kept;
    for (uint32_t state : frontier.states.byCost()) {
      const size_t rivals = std::min(kRivals, kept.size());
      spend(rivals * wordsOf(frontier) / 2);
      const bool beaten = std::any_of(kept.begin(), kept.begin() + ptrdiff_t(rivals),
                                      [&](uint32_t rival) { return rules_.beats(frontier, rival, state); });
      if (beaten) continue;
      if (kept.size() == most) {
        result_.complete = false;
        break;
      }
      kept.push_back(state);
    }
    frontier.states.keep(kept);
    for (uint32_t state = 0; state < kept.size(); ++state) {
      traces_.push_back(frontier.states.move(state));
      frontier.states.setTrace(state, uint32_t(traces_.size() - 1));
    }
  }

  void finish(const Frontier& last) {
    for (uint32_t state : last.states.byCost()) {
      if (!rules_.mayEnd(last.states.key(state))) continue;
      result_.found = true;
      result_.cost = last.states.cost(state);
      for (uint32_t trace = last.states.trace(state); trace != kNoTrace; trace = traces_[trace].parent) {
        result_.moves.push_back(traces_[trace]);
      }
      std::ranges::reverse(result_.moves);
      return;
    }
  }

  const SearchTables& tables_;
  const SearchSettings& settings_;
  SearchRules rules_;
  uint64_t left_;
  double bound_ = 0;
  std::vector<Move> traces_;
  std::vector<uint32_t> scratch_;
  SearchResult result_;
};

}  // namespace

SearchResult searchFrontiers(const SearchTables& tables, const SearchSettings& settings) {
  return Search(tables, settings).run();
}

}  // namespace trireme::plan
