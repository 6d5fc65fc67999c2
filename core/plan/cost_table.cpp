#include "core/plan/cost_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <optional>

#include "core/graph/work.h"

namespace trireme::plan {
namespace {

constexpr double kUnknownRate = 1e9;  // a second, where a delegate states none

double positive(double rate) { return std::isfinite(rate) && rate > 0 ? rate : kUnknownRate; }
double notNegative(double seconds) { return std::isfinite(seconds) && seconds > 0 ? seconds : 0; }

Cost roofline(const graph::Work& work, const DeviceRates& rates) {
  Cost cost;
  cost.seconds = std::max(double(work.operations) / positive(rates.flopsPerSecond),
                          double(work.bytes) / positive(rates.bytesPerSecond));
  return cost;
}

std::optional<Cost> askDelegate(const Graph& graph, const Delegate& delegate, std::span<const NodeId> run) {
  try {
    const std::optional<Cost> cost = delegate.estimate(graph, run);
    if (cost && std::isfinite(cost->seconds) && cost->seconds >= 0) return cost;
  } catch (const std::exception&) {  // an estimate is advice; the roofline does as well
  } catch (...) {
  }
  return std::nullopt;
}

// The one node that reads what this one writes; none: nobody, several, or the end of the graph.
std::optional<NodeId> onlyReader(const Graph& graph, NodeId node) {
  std::optional<NodeId> reader;
  for (ValueId value : graph.node(node).outputs) {
    if (value == kNoValue) continue;
    if (std::ranges::find(graph.outputs(), value) != graph.outputs().end()) return std::nullopt;
    for (NodeId one : graph.consumers(value)) {
      if (reader && *reader != one) return std::nullopt;
      reader = one;
    }
  }
  return reader;
}

// Pairs only: longer chains that fuse are pairs after pairs.
void askFusions(const Graph& graph, const Delegate& delegate, uint32_t number, const std::vector<bool>& estimated,
                CostTable& table) {
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const auto reader = estimated[i] ? onlyReader(graph, NodeId{i}) : std::nullopt;
    if (!reader || !estimated[index(*reader)]) continue;
    const Cost &first = table.node(number, NodeId{i}), &second = table.node(number, *reader);
    const auto both = askDelegate(graph, delegate, std::array{NodeId{i}, *reader});
    if (!both) continue;
    Cost saved = *both;
    saved.seconds = first.seconds + second.seconds - both->seconds;
    saved.joules = first.joules + second.joules - both->joules;
    if (saved.seconds > 1e-9 * both->seconds) table.addFusion(number, *reader, {NodeId{i}, saved});
  }
}

}  // namespace

void CostTable::addFusion(uint32_t delegate, NodeId node, const Fusion& fusion) {
  fusions_[delegate][node].push_back(fusion);
}

std::span<const CostTable::Fusion> CostTable::fusions(uint32_t delegate, NodeId node) const {
  const auto found = fusions_[delegate].find(node);
  return found == fusions_[delegate].end() ? std::span<const Fusion>() : std::span<const Fusion>(found->second);
}

Cost CostTable::saved(uint32_t delegate, NodeId node, const Fusion& fusion) const {
  const Cost &first = this->node(delegate, fusion.producer), &second = this->node(delegate, node);
  Cost cost = fusion.saved;
  cost.seconds = std::min({notNegative(cost.seconds), first.seconds, second.seconds});
  cost.joules = std::min({cost.joules, first.joules, second.joules});
  return cost;
}

Cost CostTable::start(uint32_t delegate) const {
  Cost cost;
  cost.seconds = notNegative(rates_[delegate].startSeconds);
  return cost;
}

Cost CostTable::run(uint32_t delegate, std::span<const NodeId> nodes) const {
  Cost total = start(delegate);
  for (NodeId id : nodes) {
    Cost best;
    for (const Fusion& fusion : fusions(delegate, id)) {
      const Cost one = saved(delegate, id, fusion);
      if (one.seconds > best.seconds && std::ranges::binary_search(nodes, fusion.producer)) best = one;
    }
    total.seconds += node(delegate, id).seconds - best.seconds;
    total.joules += node(delegate, id).joules - best.joules;
  }
  return total;
}

Cost CostTable::copy(uint32_t delegate, size_t bytes) const {
  Cost cost = handover(delegate);
  cost.seconds += double(bytes) / positive(rates_[delegate].copyBytesPerSecond);
  return cost;
}

Cost CostTable::handover(uint32_t delegate) const {
  Cost cost;
  cost.seconds = notNegative(rates_[delegate].copyStartSeconds);
  return cost;
}

CostTable estimateCosts(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                        std::span<const DelegateFacts> facts, const SupportTable& support) {
  CostTable table(delegates.size(), graph.nodes().size());
  std::vector<graph::Work> work;
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) work.push_back(graph::nodeWork(graph, NodeId{i}));
  for (uint32_t d = 0; d < delegates.size(); ++d) {
    table.setRates(d, facts[d].rates);
    std::vector<bool> estimated(graph.nodes().size(), false);
    for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
      if (!support.can(d, NodeId{i})) continue;
      const auto own = askDelegate(graph, *delegates[d], std::array{NodeId{i}});
      table.setNode(d, NodeId{i}, own ? *own : roofline(work[i], facts[d].rates));
      estimated[i] = own.has_value();
    }
    askFusions(graph, *delegates[d], d, estimated, table);
  }
  return table;
}

}  // namespace trireme::plan
