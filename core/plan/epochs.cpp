#include "core/plan/epochs.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace trireme::plan {
namespace {

// Who waits for whom, by unit.
struct Links {
  std::vector<std::vector<uint32_t>> next;
  std::vector<uint32_t> waits;  // units that must run before
};

Links linkUnits(const Graph& graph, const std::vector<uint32_t>& unitOf) {
  std::vector<std::set<uint32_t>> next(unitOf.size());
  for (uint32_t i = 0; i < unitOf.size(); ++i) {
    for (ValueId input : graph.nodes()[i].inputs) {
      if (input == kNoValue) continue;
      const auto producer = graph.producer(input);
      if (producer && unitOf[index(*producer)] != unitOf[i]) next[unitOf[index(*producer)]].insert(unitOf[i]);
    }
  }
  Links links{std::vector<std::vector<uint32_t>>(unitOf.size()), std::vector<uint32_t>(unitOf.size(), 0)};
  for (uint32_t i = 0; i < next.size(); ++i) {
    links.next[i].assign(next[i].begin(), next[i].end());
    for (uint32_t to : next[i]) ++links.waits[to];
  }
  return links;
}

}  // namespace

UnitGraph::UnitGraph(const Graph& graph) : graph_(graph), unitOf_(graph.nodes().size()) {
  std::iota(unitOf_.begin(), unitOf_.end(), 0u);
}

void UnitGraph::merge(std::span<const NodeId> nodes) {
  for (NodeId node : nodes) unitOf_[index(node)] = index(nodes.front());
}

std::vector<std::vector<NodeId>> UnitGraph::epochs(const std::vector<bool>& wantedNodes) const {
  Links links = linkUnits(graph_, unitOf_);
  std::set<uint32_t> ready[2];  // by kind: others, wanted
  for (uint32_t i = 0; i < unitOf_.size(); ++i) {
    if (unitOf_[i] == i && links.waits[i] == 0) ready[wantedNodes[i]].insert(i);
  }
  std::vector<std::vector<uint32_t>> taken;  // units of each epoch of wanted ones
  while (!ready[0].empty() || !ready[1].empty()) {
    const bool kind = ready[0].empty() || (!ready[1].empty() && *ready[1].begin() < *ready[0].begin());
    if (kind) taken.emplace_back();
    while (!ready[kind].empty()) {
      const uint32_t unit = *ready[kind].begin();
      ready[kind].erase(ready[kind].begin());
      if (kind) taken.back().push_back(unit);
      for (uint32_t to : links.next[unit]) {
        if (--links.waits[to] == 0) ready[wantedNodes[to]].insert(to);
      }
    }
  }
  std::vector<std::vector<NodeId>> result;
  for (std::vector<uint32_t>& units : taken) {
    std::ranges::sort(units);
    result.emplace_back();
    for (uint32_t unit : units) result.back().push_back(NodeId{unit});
  }
  return result;
}

}  // namespace trireme::plan
