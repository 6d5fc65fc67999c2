#include "tests/unit/core/plan/brute_force.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>
#include <set>

namespace trireme::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

size_t bytesOf(const Graph& graph, ValueId value) { return byteSize(graph.value(value).type).value(); }

bool wantedAtEnd(const StrategyInput& input, ValueId value) {
  for (ValueId one : input.graph.outputs()) {
    if (one == value) return true;
  }
  for (ValueId one : input.preserved) {
    if (one == value) return true;
  }
  for (const StateSlot& slot : input.graph.state()) {
    if (slot.written == value) return true;
  }
  return false;
}

// Every device of these tests either imports all that nodes make, or nothing.
bool shares(const StrategyInput& input, uint32_t space, ValueId value) {
  return space != kHost && input.facts[space].memory.importAlignment != 0 && input.graph.producer(value).has_value() &&
         input.costs.handover(space).seconds <= input.costs.copy(space, bytesOf(input.graph, value)).seconds;
}

struct Lying {
  std::set<uint32_t> private_;  // devices with a copy of their own
  uint32_t owner = kHost;       // of the shared memory; kNobody: it holds nothing yet
  uint32_t maker = kHost;
};
constexpr uint32_t kNobody = UINT32_MAX - 1;

class Enumeration {
 public:
  explicit Enumeration(const StrategyInput& input) : input_(input) {
    best_.seconds = kInfinity;
    partitions_.resize(input.facts.size(), 0);
  }

  BruteForce run() {
    std::map<ValueId, Lying> places;
    for (ValueId value : input_.graph.inputs()) places[value] = {};
    for (const StateSlot& slot : input_.graph.state()) places[slot.read] = {};
    extend(0, places);
    return best_;
  }

 private:
  double toHost(Lying& lying, ValueId value) const {
    const uint32_t owner = lying.owner;
    lying.owner = kHost;
    if (owner == kHost) return 0;
    if (owner == kNobody) return input_.costs.copy(lying.maker, bytesOf(input_.graph, value)).seconds;
    return input_.costs.handover(owner).seconds;
  }

  double toDelegate(Lying& lying, ValueId value, uint32_t delegate) const {
    const uint32_t space = input_.facts[delegate].space;
    if (space == kHost) return toHost(lying, value);
    if (!shares(input_, space, value)) {
      if (lying.private_.contains(space)) return 0;
      lying.private_.insert(space);
      const double away = toHost(lying, value);
      return away + input_.costs.copy(delegate, bytesOf(input_.graph, value)).seconds;
    }
    if (lying.owner == space) return 0;
    const double away = toHost(lying, value);
    lying.owner = space;
    return away + input_.costs.handover(delegate).seconds;
  }

  bool ready(NodeId node, const std::map<ValueId, Lying>& places) const {
    for (ValueId value : input_.graph.node(node).inputs) {
      if (value != kNoValue && !input_.graph.value(value).isConstant && !places.contains(value)) return false;
    }
    return !places.contains(input_.graph.node(node).outputs[0]);
  }

  bool longEnough() const {
    return groups_.empty() || groups_.back().nodes.size() >= limitsOf(input_, groups_.back().delegate).minNodes;
  }

  double fused(NodeId node, uint32_t delegate) const {
    double best = 0;
    for (const CostTable::Fusion& fusion : input_.costs.fusions(delegate, node)) {
      for (NodeId other : groups_.back().nodes) {
        if (other != fusion.producer) continue;
        best = std::max(best, std::min({fusion.saved.seconds, input_.costs.node(delegate, node).seconds,
                                        input_.costs.node(delegate, other).seconds}));
      }
    }
    return best;
  }

  void extend(double cost, const std::map<ValueId, Lying>& places) {
    if (cost >= best_.seconds) return;
    bool any = false;
    for (uint32_t i = 0; i < input_.graph.nodes().size(); ++i) {
      if (!ready(NodeId{i}, places)) continue;
      any = true;
      for (uint32_t d = 0; d < input_.facts.size(); ++d) {
        if (input_.support.can(d, NodeId{i})) put(NodeId{i}, d, cost, places);
      }
    }
    if (!any) end(cost, places);
  }

  void put(NodeId node, uint32_t delegate, double cost, const std::map<ValueId, Lying>& before) {
    const PartitionLimits limits = limitsOf(input_, delegate);
    cost += input_.costs.node(delegate, node).seconds;
    std::map<ValueId, Lying> places = before;
    for (ValueId value : input_.graph.node(node).inputs) {
      if (!input_.graph.value(value).isConstant) cost += toDelegate(places[value], value, delegate);
    }
    const ValueId made = input_.graph.node(node).outputs[0];
    const uint32_t space = input_.facts[delegate].space;
    Lying& lying = places[made];
    if (space == kHost || shares(input_, space, made)) {
      lying.owner = space;
    } else {
      lying = {{space}, kNobody, space};
    }
    const bool same = !groups_.empty() && groups_.back().delegate == delegate;
    if (same && groups_.back().nodes.size() < limits.maxNodes) {
      const double saved = fused(node, delegate);
      groups_.back().nodes.push_back(node);
      extend(cost - saved, places);
      groups_.back().nodes.pop_back();
    }
    if ((same && limits.maxNodes == UINT32_MAX) || !longEnough() || partitions_[delegate] >= limits.maxPartitions)
      return;
    groups_.push_back({delegate, {node}});
    ++partitions_[delegate];
    extend(cost + input_.costs.start(delegate).seconds, places);
    --partitions_[delegate];
    groups_.pop_back();
  }

  void end(double cost, std::map<ValueId, Lying> places) {
    if (!longEnough()) return;
    for (auto& [value, lying] : places) {
      if (wantedAtEnd(input_, value)) cost += toHost(lying, value);
    }
    if (cost >= best_.seconds) return;
    best_ = {cost, groups_};
    for (Group& group : best_.groups) std::sort(group.nodes.begin(), group.nodes.end());
  }

  const StrategyInput& input_;
  BruteForce best_;
  std::vector<Group> groups_;
  std::vector<uint32_t> partitions_;
};

// Dinic's maximum flow: shortest paths in layers, each layer filled before the next search.
class Flow {
 public:
  explicit Flow(size_t nodes) : edgesOf_(nodes), layer_(nodes), next_(nodes) {}
  void add(size_t from, size_t to, double capacity) {
    edgesOf_[from].push_back(edges_.size());
    edges_.push_back({to, capacity});
    edgesOf_[to].push_back(edges_.size());
    edges_.push_back({from, 0});
  }
  double maximum(size_t source, size_t sink) {
    double total = 0;
    while (findLayers(source, sink)) {
      std::ranges::fill(next_, 0);
      for (double pushed = push(source, sink, kInfinity); pushed > 0; pushed = push(source, sink, kInfinity)) {
        total += pushed;
      }
    }
    return total;
  }

 private:
  static constexpr double kNothing = 1e-15;
  struct Edge {
    size_t to;
    double room;
  };
  bool findLayers(size_t source, size_t sink) {
    std::ranges::fill(layer_, SIZE_MAX);
    layer_[source] = 0;
    std::queue<size_t> open;
    for (open.push(source); !open.empty(); open.pop()) {
      for (const size_t edge : edgesOf_[open.front()]) {
        const auto [to, room] = edges_[edge];
        if (layer_[to] != SIZE_MAX || room <= kNothing) continue;
        layer_[to] = layer_[open.front()] + 1;
        open.push(to);
      }
    }
    return layer_[sink] != SIZE_MAX;
  }
  double push(size_t at, size_t sink, double most) {
    if (at == sink) return most;
    for (; next_[at] < edgesOf_[at].size(); ++next_[at]) {
      const size_t number = edgesOf_[at][next_[at]];
      const auto [to, room] = edges_[number];
      if (layer_[to] != layer_[at] + 1 || room <= kNothing) continue;
      const double pushed = push(to, sink, std::min(most, room));
      if (pushed <= 0) continue;
      edges_[number].room -= pushed;
      edges_[number ^ 1].room += pushed;
      return pushed;
    }
    return 0;
  }
  std::vector<Edge> edges_;  // each with its way back at the next odd number
  std::vector<std::vector<size_t>> edgesOf_;
  std::vector<size_t> layer_, next_;
};

}  // namespace

BruteForce bruteForce(const StrategyInput& input) { return Enumeration(input).run(); }

// The side of the source is the device: cutting source -> node puts the node on the CPU.
double minimumCut(const StrategyInput& input) {
  const size_t nodes = input.graph.nodes().size(), values = input.graph.values().size();
  const size_t source = nodes + 2 * values, sink = source + 1;
  constexpr double kForbidden = 1e6;
  Flow flow(sink + 1);
  for (uint32_t i = 0; i < nodes; ++i) {
    flow.add(source, i, input.support.can(1, NodeId{i}) ? input.costs.node(1, NodeId{i}).seconds : kForbidden);
    flow.add(i, sink, input.support.can(0, NodeId{i}) ? input.costs.node(0, NodeId{i}).seconds : kForbidden);
  }
  for (uint32_t v = 0; v < values; ++v) {
    if (input.graph.values()[v].isConstant) continue;
    const auto producer = input.graph.producer(ValueId{v});
    const size_t maker = producer ? index(*producer) : sink;
    const size_t down = nodes + 2 * v, up = down + 1;
    const double copy = input.costs.copy(0, bytesOf(input.graph, ValueId{v})).seconds;
    if (producer) flow.add(maker, down, copy);
    flow.add(up, maker, copy);
    for (NodeId reader : input.graph.consumers(ValueId{v})) {
      flow.add(down, index(reader), kForbidden);
      flow.add(index(reader), up, kForbidden);
    }
    if (producer && wantedAtEnd(input, ValueId{v})) flow.add(down, sink, kForbidden);
  }
  return flow.maximum(source, sink);
}

}  // namespace trireme::plan
