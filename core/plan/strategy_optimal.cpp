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

struct Offer {
  Assignment assignment;
  double seconds = std::numeric_limits<double>::infinity();
};

// What every other strategy would do, so the result is never worse. One that fails offers nothing; its
// sentence stays for the case that nobody has a plan.
struct Rivals {
  std::vector<Assignment> assignments;
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
      : input_(input), tables_(input), best_(std::move(rivals.best)), refusal_(std::move(rivals.refusal)) {
    if (tables_.fits()) orders_ = candidateOrders(input, rivals.assignments);
  }

  Result<Assignment> find() {
    for (const NodeOrder& order : orders_) search({.order = &order, .work = kSketchWork, .beam = kSketchBeam});
    for (const NodeOrder& order : orders_) search({.order = &order, .work = kOrderWork / orders_.size()});
    bool proven = tables_.fits() && tables_.exact && (meetsBound() || searchesAll());
    if (std::isinf(best_.seconds)) return nothing();
    best_.assignment.proven = proven;
    best_.assignment.dropped.clear();  // nothing was left out: something else was cheaper
    return std::move(best_.assignment);
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
    if (!refusal_.ok()) return refusal_;
    return Status::error(Code::InvalidArgument, "no plan keeps all limits on partitions");
  }

  const StrategyInput& input_;
  SearchTables tables_;
  Offer best_;
  Status refusal_;
  std::vector<NodeOrder> orders_;
};

}  // namespace

// The cheapest of all plans, as far as it can be told: a search in several orders, then a bound or a search in all
// orders that proves it.
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
