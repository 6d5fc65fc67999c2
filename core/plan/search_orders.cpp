#include "core/plan/search_orders.h"

#include <algorithm>
#include <deque>
#include <numeric>

#include "core/plan/form_partitions.h"

namespace trireme::plan {
namespace {

std::vector<uint32_t> neighbours(const Graph& graph, uint32_t node, bool readers) {
  std::vector<uint32_t> list;
  if (readers) {
    for (ValueId value : graph.nodes()[node].outputs) {
      if (value == kNoValue) continue;
      for (NodeId one : graph.consumers(value)) list.push_back(index(one));
    }
  } else {
    for (ValueId value : graph.nodes()[node].inputs) {
      const auto producer = value == kNoValue ? std::nullopt : graph.producer(value);
      if (producer) list.push_back(index(*producer));
    }
  }
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

NodeOrder walk(const Graph& graph, bool depthFirst) {
  std::vector<size_t> waits(graph.nodes().size());
  std::deque<uint32_t> ready;
  for (uint32_t i = 0; i < waits.size(); ++i) waits[i] = neighbours(graph, i, false).size();
  for (uint32_t i = 0; i < waits.size(); ++i) {
    if (waits[i] == 0) ready.push_back(i);
  }
  if (depthFirst) std::ranges::reverse(ready);
  NodeOrder order;
  while (!ready.empty()) {
    const uint32_t node = depthFirst ? ready.back() : ready.front();
    depthFirst ? ready.pop_back() : ready.pop_front();
    order.push_back(node);
    std::vector<uint32_t> next = neighbours(graph, node, true);
    if (depthFirst) std::ranges::reverse(next);
    for (uint32_t one : next) {
      if (--waits[one] == 0) ready.push_back(one);
    }
  }
  return order;
}

}  // namespace

std::vector<NodeOrder> candidateOrders(const StrategyInput& input, std::span<const Assignment> assignments) {
  std::vector<NodeOrder> orders(1, NodeOrder(input.graph.nodes().size()));
  std::iota(orders[0].begin(), orders[0].end(), 0u);
  const auto add = [&](NodeOrder order) {
    if (std::ranges::find(orders, order) == orders.end()) orders.push_back(std::move(order));
  };
  add(walk(input.graph, true));
  add(walk(input.graph, false));
  for (const Assignment& one : assignments) {
    const auto partitions = formPartitions(input.graph, one, {}, input.costs);
    if (!partitions.ok()) continue;
    NodeOrder order;
    for (const PlannedPartition& partition : partitions.value()) {
      for (NodeId node : partition.nodes) order.push_back(index(node));
    }
    add(std::move(order));
  }
  return orders;
}

}  // namespace trireme::plan
