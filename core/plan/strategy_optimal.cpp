#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/plan/evaluator.h"
#include "core/plan/frontier_search.h"
#include "core/plan/strategy_greedy.h"

namespace trireme::plan {
namespace {

// How many words of states each part may handle; together well under a second.
constexpr uint64_t kSketchWork = 3'000'000, kOrderWork = 8'000'000, kBoundWork = 4'000'000, kAllOrdersWork = 6'000'000;
constexpr size_t kSketchBeam = 8;
constexpr double kRounding = 1e-9;  // relative: sums in another order
// Measured prices of the same plan differ by this much from one calibration to the next, so a gain below it is none; or
// by more, where times were seen to differ more while they were measured.
constexpr double kLeastMeasuredGain = 0.03, kMostMeasuredGain = 0.10;

struct Offer {
  Assignment assignment;
  double seconds = std::numeric_limits<double>::infinity();
};

// What every other strategy would do, so the result is never worse. One that fails offers nothing; its
// sentence stays for the case that nobody has a plan.
struct Rivals {
  std::vector<Assignment> assignments;
  std::vector<double> seconds;  // of each
  Offer best;
  Status refusal;
};

Rivals askRivals(const StrategyInput& input) {
  Rivals rivals;
  const auto ask = [&](const Strategy& strategy, std::string_view argument) {
    auto made = strategy.assign(input, argument);
    const Status status = made.ok() ? checkComplete(input, made.value()) : made.status();
    const auto price = status.ok() ? priceOf(input, made.value()) : Result<Cost>(status);
    if (!price.ok()) {
      if (rivals.refusal.ok()) rivals.refusal = price.status();
      return;
    }
    if (price.value().seconds < rivals.best.seconds) rivals.best = {made.value(), price.value().seconds};
    rivals.seconds.push_back(price.value().seconds);
    rivals.assignments.push_back(std::move(made).value());
  };
  for (const Strategy& strategy : strategyList()) {
    if (strategy.assign == assignOptimal) continue;
    if (!strategy.takesDelegate) {
      ask(strategy, {});
      continue;
    }
    for (const DelegateFacts& one : input.facts) ask(strategy, one.name);
  }
  return rivals;
}

// By delegate, what it has in `one` and not in `other`.
std::vector<Dropped> difference(const StrategyInput& input, const Assignment& one, const Assignment& other,
                                const std::string& why) {
  std::vector<uint32_t> chosen(input.graph.nodes().size(), UINT32_MAX);
  for (const Group& group : other.groups) {
    for (NodeId node : group.nodes) chosen[index(node)] = group.delegate;
  }
  std::vector<Dropped> dropped;
  for (uint32_t d = 0; d < input.facts.size(); ++d) {
    Dropped lost{d, {}, why};
    for (const Group& group : one.groups) {
      if (group.delegate != d) continue;
      std::ranges::copy_if(group.nodes, std::back_inserter(lost.nodes),
                           [&](NodeId id) { return chosen[index(id)] != d; });
    }
    std::ranges::sort(lost.nodes);
    if (!lost.nodes.empty()) dropped.push_back(std::move(lost));
  }
  return dropped;
}

double noiseOf(const StrategyInput& input, const Assignment& assignment) {
  double noise = kLeastMeasuredGain;
  for (const Group& group : assignment.groups) noise = std::max(noise, input.costs.spread(group.delegate));
  return std::min(noise, kMostMeasuredGain);
}

bool isMeasured(const StrategyInput& input, const Assignment& assignment) {
  return std::ranges::all_of(assignment.groups, [&](const Group& one) { return input.costs.measured(one.delegate); });
}

// Partitions, and those that must copy.
size_t partsOf(const StrategyInput& input, const Assignment& assignment) {
  const auto copies = [&](const Group& one) { return !input.facts[one.delegate].inHostMemory; };
  return assignment.groups.size() + size_t(std::ranges::count_if(assignment.groups, copies));
}

// Among plans over measured prices alone, the one of fewest parts that is hardly dearer than the best one; the cheapest
// of these. It says what it passed over.
Assignment withoutNoise(const StrategyInput& input, Offer best, const Rivals& rivals) {
  if (!isMeasured(input, best.assignment)) return std::move(best.assignment);
  const double noise = noiseOf(input, best.assignment), most = best.seconds * (1 + noise);
  const Assignment* simplest = &best.assignment;
  double seconds = best.seconds;
  for (size_t i = 0; i < rivals.assignments.size(); ++i) {
    const Assignment& one = rivals.assignments[i];
    const size_t parts = partsOf(input, one), least = partsOf(input, *simplest);
    if (rivals.seconds[i] > most || parts > least || !isMeasured(input, one)) continue;
    if (parts == least && rivals.seconds[i] >= seconds) continue;
    simplest = &one;
    seconds = rivals.seconds[i];
  }
  if (simplest == &best.assignment) return std::move(best.assignment);
  Assignment taken = *simplest;
  const std::string why = fmt::format(
      "a plan of {} partition{} would gain {:.1f} % over this one of {}; below {:.0f} % measured times are not sure",
      best.assignment.groups.size(), best.assignment.groups.size() == 1 ? "" : "s",
      100 * (seconds - best.seconds) / seconds, taken.groups.size(), 100 * noise);
  taken.dropped = difference(input, best.assignment, taken, why);
  taken.proven = false;
  return taken;
}

Assignment fromMoves(const SearchResult& found) {
  Assignment assignment;
  assignment.inOrder = true;
  for (const Move& move : found.moves) {
    if (move.opens) assignment.groups.push_back({move.delegate, {}});
    assignment.groups.back().nodes.push_back(NodeId{move.node});
  }
  for (Group& group : assignment.groups) std::ranges::sort(group.nodes);
  return assignment;
}

class Optimum {
 public:
  Optimum(const StrategyInput& input, Rivals rivals)
      : input_(input), tables_(input), best_(rivals.best), rivals_(std::move(rivals)) {
    if (tables_.fits()) orders_ = candidateOrders(input, rivals_.assignments);
  }

  Result<Assignment> find() {
    for (const NodeOrder& order : orders_) search({.order = &order, .work = kSketchWork, .beam = kSketchBeam});
    for (const NodeOrder& order : orders_) search({.order = &order, .work = kOrderWork / orders_.size()});
    bool proven = tables_.fits() && tables_.exact && (meetsBound() || searchesAll());
    if (std::isinf(best_.seconds)) return nothing();
    best_.assignment.proven = proven;
    best_.assignment.dropped.clear();  // nothing was left out: something else was cheaper
    return withoutNoise(input_, std::move(best_), rivals_);
  }

 private:
  // Takes what the search finds if it is cheaper.
  bool search(SearchSettings settings) {
    settings.bound = best_.seconds;
    const SearchResult found = searchFrontiers(tables_, settings);
    if (found.found) offer(fromMoves(found));
    return found.complete;
  }

  void offer(Assignment assignment) {
    const auto price = priceOf(input_, assignment);
    if (price.ok() && price.value().seconds < best_.seconds) best_ = {std::move(assignment), price.value().seconds};
  }

  // Whether no order of any plan can be cheaper, because a bound that knows no order is not.
  bool meetsBound() {
    const SearchResult bound = searchFrontiers(
        tables_, {.order = &orders_.front(), .relaxed = true, .bound = best_.seconds, .work = kBoundWork});
    return bound.complete && !std::isinf(best_.seconds) &&
           (!bound.found || bound.cost >= best_.seconds - std::abs(best_.seconds) * kRounding);
  }
  bool searchesAll() { return search({.work = kAllOrdersWork}); }

  Status nothing() const {
    if (!rivals_.refusal.ok()) return rivals_.refusal;
    return Status::error(Code::InvalidArgument, "no plan keeps all limits on partitions");
  }

  const StrategyInput& input_;
  SearchTables tables_;
  Offer best_;
  Rivals rivals_;
  std::vector<NodeOrder> orders_;
};

}  // namespace

// The cheapest of all plans, as far as it can be told: a search in several orders, then a bound or a search in all
// orders that proves it. Over measured prices a simpler plan within their noise is taken instead.
Result<Assignment> assignOptimal(const StrategyInput& input, std::string_view) {
  if (input.facts.size() == 1 || input.graph.nodes().empty()) {
    std::vector<uint32_t> all(input.facts.size());
    std::iota(all.begin(), all.end(), 0u);
    Assignment assignment = assignInOrder(input, all);
    assignment.proven = true;
    return assignment;
  }
  // What nobody can run is said as every strategy says it.
  for (uint32_t i = 0; i < input.graph.nodes().size(); ++i) {
    bool anybody = false;
    for (uint32_t d = 0; d < input.facts.size(); ++d) anybody = anybody || input.support.can(d, NodeId{i});
    if (!anybody) return Assignment{};
  }
  return Optimum(input, askRivals(input)).find();
}

}  // namespace trireme::plan
