#include "core/plan/search_rules.h"

#include <algorithm>
#include <bit>

namespace trireme::plan {
namespace {

// The first word of a head: who runs (1 + delegate; 0: nobody yet), and how many nodes of the open partition.
uint32_t runnerOf(std::span<const uint32_t> state) { return state[0] & 0xffff; }
uint32_t nodesOf(std::span<const uint32_t> state) { return state[0] >> 16; }
uint32_t firstWord(uint32_t runner, uint32_t nodes) { return runner | nodes << 16; }

double savedBy(const SearchValue& value, uint32_t run) {
  for (const auto& [delegate, seconds] : value.fuses) {
    if (delegate + 1 == run) return seconds;
  }
  return 0;
}

}  // namespace

SearchRules::SearchRules(const SearchTables& tables, bool relaxed)
    : tables_(tables), relaxed_(relaxed), where_(tables, relaxed) {}

std::vector<uint32_t> SearchRules::firstState(const Frontier& first) const {
  std::vector<uint32_t> words(headWords(), 0);
  for (size_t i = 0; i < first.live.size(); ++i) {
    Place place = Place::at(0);
    where_.simplify(place, tables_.values[first.live[i]], first.useful[i]);
    words.push_back(place.bits);
  }
  return words;
}

// As far as the limits ask; beyond, one number is as good as another.
uint32_t SearchRules::nodesWorthKnowing(uint32_t delegate, uint32_t nodes) const {
  const PartitionLimits& limits = tables_.limits[delegate];
  return limits.maxNodes < tables_.nodes.size() ? nodes : std::min(nodes, limits.minNodes);
}

std::optional<double> SearchRules::changeHead(std::span<const uint32_t> state, uint32_t delegate, bool opens,
                                              std::vector<uint32_t>& words) const {
  if (relaxed_) {
    if (opens) return std::nullopt;
    const bool used = state[0] >> delegate & 1;
    words.push_back(state[0] | 1u << delegate);
    return used ? 0 : tables_.start[delegate];
  }
  const uint32_t runner = runnerOf(state), nodes = nodesOf(state);
  const PartitionLimits& limits = tables_.limits[delegate];
  const bool goesOn = runner == delegate + 1;
  if (!opens) {
    if (!goesOn || nodes >= limits.maxNodes) return std::nullopt;
    words.assign(state.begin(), state.begin() + ptrdiff_t(headWords()));
    words[0] = firstWord(runner, nodesWorthKnowing(delegate, nodes + 1));
    return 0;
  }
  if (goesOn && limits.maxNodes >= tables_.nodes.size()) return std::nullopt;
  if (runner != 0 && nodes < tables_.limits[runner - 1].minNodes) return std::nullopt;
  words.assign(state.begin(), state.begin() + ptrdiff_t(headWords()));
  words[0] = firstWord(delegate + 1, nodesWorthKnowing(delegate, 1));
  for (size_t i = 0; i < tables_.counted.size(); ++i) {
    if (tables_.counted[i] == delegate && ++words[1 + i] > limits.maxPartitions) return std::nullopt;
  }
  return tables_.start[delegate];
}

std::optional<double> SearchRules::apply(const Frontier& from, std::span<const uint32_t> state, const Frontier& to,
                                         const Advance& advance, uint32_t delegate, bool opens,
                                         std::vector<uint32_t>& words) const {
  words.clear();
  const auto head = changeHead(state, delegate, opens, words);
  if (!head) return std::nullopt;
  const SearchNode& node = tables_.nodes[advance.node];
  const bool mayFuse = relaxed_ || !opens;
  double cost = *head + node.price[delegate], saved = 0;
  places_.clear();
  for (uint32_t word : state.subspan(headWords())) places_.push_back(Place{word});
  for (uint32_t slot : advance.reads) {
    const SearchValue& value = tables_.values[from.live[slot]];
    if (mayFuse && places_[slot].run() == delegate + 1) saved = std::max(saved, savedBy(value, delegate + 1));
    cost += where_.read(places_[slot], value, delegate);
  }
  for (uint32_t slot : advance.endings) cost += where_.readOnHost(places_[slot], tables_.values[from.live[slot]]);
  for (uint32_t written : node.writes) {
    const SearchValue& value = tables_.values[written];
    Place place = Place::at(tables_.spaceOf[delegate]);
    if (value.atEnd && (value.readers.empty() || where_.earlyEnd(value))) cost += where_.readOnHost(place, value);
    if (savedBy(value, delegate + 1) > 0) place.setRun(delegate + 1);
    places_.push_back(place);
  }
  for (size_t i = 0; i < to.live.size(); ++i) {
    Place place = places_[advance.from[i]];
    if (!mayFuse && advance.from[i] < from.live.size()) place.setRun(0);
    where_.simplify(place, tables_.values[to.live[i]], to.useful[i]);
    words.push_back(place.bits);
  }
  return cost - saved;
}

std::optional<double> SearchRules::headDistance(std::span<const uint32_t> a, std::span<const uint32_t> b) const {
  if (relaxed_) {
    double cost = 0;
    for (uint32_t rest = b[0] & ~a[0]; rest != 0; rest &= rest - 1) {
      cost += tables_.start[uint32_t(std::countr_zero(rest))];
    }
    return cost;
  }
  const uint32_t own = runnerOf(a), other = runnerOf(b);
  for (size_t i = 0; i < tables_.counted.size(); ++i) {
    const uint32_t again = own != other && tables_.counted[i] + 1 == other ? 1 : 0;
    if (a[1 + i] + again > b[1 + i]) return std::nullopt;
  }
  if (own == other) {
    if (own == 0) return 0;
    const PartitionLimits& limits = tables_.limits[own - 1];
    const bool enough = std::min(nodesOf(a), limits.minNodes) >= std::min(nodesOf(b), limits.minNodes);
    const bool room = limits.maxNodes >= tables_.nodes.size() || nodesOf(a) <= nodesOf(b);
    return enough && room ? std::optional(0.0) : std::nullopt;
  }
  if (own == 0 || other == 0) return std::nullopt;
  if (nodesOf(a) < tables_.limits[own - 1].minNodes || tables_.limits[other - 1].minNodes > 1) return std::nullopt;
  return tables_.start[other - 1];  // to open its partition again
}

bool SearchRules::beats(const Frontier& frontier, uint32_t a, uint32_t b) const {
  const double slack = frontier.states.cost(b) - frontier.states.cost(a);
  const auto own = frontier.states.key(a), other = frontier.states.key(b);
  const auto head = headDistance(own, other);
  if (!head) return false;
  double distance = *head;
  const bool sameRunner = relaxed_ || runnerOf(own) == runnerOf(other);
  for (size_t i = 0; i < frontier.live.size() && distance <= slack; ++i) {
    const Place mine{own[headWords() + i]}, theirs{other[headWords() + i]};
    const SearchValue& value = tables_.values[frontier.live[i]];
    distance += where_.distance(mine, theirs, value, frontier.useful[i]);
    if (theirs.run() != 0 && (!sameRunner || mine.run() != theirs.run())) distance += savedBy(value, theirs.run());
  }
  return distance <= slack;
}

bool SearchRules::mayEnd(std::span<const uint32_t> state) const {
  if (relaxed_ || runnerOf(state) == 0) return true;
  return nodesOf(state) >= tables_.limits[runnerOf(state) - 1].minNodes;
}

}  // namespace trireme::plan
