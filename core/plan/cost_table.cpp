#include "core/plan/cost_table.h"

#include <algorithm>
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

std::optional<Cost> askDelegate(const Graph& graph, const Delegate& delegate, NodeId node) {
  try {
    const std::optional<Cost> cost = delegate.estimate(graph, {&node, 1});
    if (cost && std::isfinite(cost->seconds) && cost->seconds >= 0) return cost;
  } catch (const std::exception&) {  // an estimate is advice; the roofline does as well
  } catch (...) {
  }
  return std::nullopt;
}

}  // namespace

Cost CostTable::run(uint32_t delegate, std::span<const NodeId> nodes) const {
  Cost total;
  total.seconds = notNegative(rates_[delegate].startSeconds);
  for (NodeId id : nodes) {
    total.seconds += node(delegate, id).seconds;
    total.joules += node(delegate, id).joules;
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
    for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
      if (!support.can(d, NodeId{i})) continue;
      const auto own = askDelegate(graph, *delegates[d], NodeId{i});
      table.setNode(d, NodeId{i}, own ? *own : roofline(work[i], facts[d].rates));
    }
  }
  return table;
}

}  // namespace trireme::plan
