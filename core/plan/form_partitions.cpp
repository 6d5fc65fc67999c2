#include "core/plan/form_partitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/graph/graph_printer.h"

namespace trireme::plan {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

Result<std::vector<uint32_t>> groupOfNodes(const Graph& graph, std::span<const Group> groups) {
  std::vector<uint32_t> groupOf(graph.nodes().size(), kNone);
  for (uint32_t g = 0; g < groups.size(); ++g) {
    for (NodeId node : groups[g].nodes) {
      if (groupOf[index(node)] != kNone) {
        return Status::error(Code::Internal, fmt::format("{} is in two groups", graph::describe(graph, node)));
      }
      groupOf[index(node)] = g;
    }
  }
  for (uint32_t i = 0; i < groupOf.size(); ++i) {
    if (groupOf[i] == kNone) {
      return Status::error(Code::Internal, fmt::format("{} is in no group", graph::describe(graph, NodeId{i})));
    }
  }
  return groupOf;
}

// Groups wait in the order of their earliest nodes, or, where `inOrder`, in their own.
Result<std::vector<uint32_t>> orderGroups(const Graph& graph, std::span<const Group> groups,
                                          const std::vector<uint32_t>& groupOf, bool inOrder) {
  std::vector<std::set<uint32_t>> next(groups.size());
  for (uint32_t i = 0; i < groupOf.size(); ++i) {
    for (ValueId input : graph.nodes()[i].inputs) {
      const auto producer = input == kNoValue ? std::nullopt : graph.producer(input);
      if (producer && groupOf[index(*producer)] != groupOf[i]) next[groupOf[index(*producer)]].insert(groupOf[i]);
    }
  }
  std::vector<uint32_t> waits(groups.size(), 0);
  for (const std::set<uint32_t>& targets : next) {
    for (uint32_t to : targets) ++waits[to];
  }
  std::set<std::pair<NodeId, uint32_t>> ready;
  const auto open = [&](uint32_t g) {
    ready.emplace(inOrder ? NodeId{g} : *std::ranges::min_element(groups[g].nodes), g);
  };
  for (uint32_t g = 0; g < groups.size(); ++g) {
    if (waits[g] == 0 && !groups[g].nodes.empty()) open(g);
  }
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    const uint32_t g = ready.begin()->second;
    ready.erase(ready.begin());
    order.push_back(g);
    for (uint32_t to : next[g]) {
      if (--waits[to] == 0) open(to);
    }
  }
  if (order.size() != groups.size()) {
    return Status::error(Code::Internal, fmt::format("{} of {} groups of nodes wait for themselves",
                                                     groups.size() - order.size(), groups.size()));
  }
  return order;
}

std::vector<bool> readAtTheEnd(const Graph& graph, std::span<const ValueId> preserved) {
  std::vector<bool> read(graph.values().size(), false);
  for (ValueId value : graph.outputs()) read[index(value)] = true;
  for (const StateSlot& slot : graph.state()) read[index(slot.written)] = true;
  for (ValueId value : preserved) read[index(value)] = true;
  return read;
}

void fillBorder(const Graph& graph, const std::vector<uint32_t>& groupOf, const std::vector<bool>& readAtEnd,
                PlannedPartition& partition) {
  const uint32_t own = groupOf[index(partition.nodes.front())];
  std::vector<bool> seen(graph.values().size(), false);
  for (NodeId node : partition.nodes) {
    for (ValueId input : graph.node(node).inputs) {
      if (input == kNoValue || graph.value(input).isConstant || seen[index(input)]) continue;
      const auto producer = graph.producer(input);
      if (producer && groupOf[index(*producer)] == own) continue;
      seen[index(input)] = true;
      partition.inputs.push_back(input);
    }
    for (ValueId output : graph.node(node).outputs) {
      if (output == kNoValue) continue;
      const bool leaves =
          std::ranges::any_of(graph.consumers(output), [&](NodeId reader) { return groupOf[index(reader)] != own; });
      if (leaves || readAtEnd[index(output)]) partition.outputs.push_back(output);
    }
  }
}

}  // namespace

Result<std::vector<PlannedPartition>> formPartitions(const Graph& graph, const Assignment& assignment,
                                                     std::span<const ValueId> preserved, const CostTable& costs) {
  TRIREME_ASSIGN(const std::vector<uint32_t> groupOf, groupOfNodes(graph, assignment.groups));
  TRIREME_ASSIGN(const std::vector<uint32_t> order, orderGroups(graph, assignment.groups, groupOf, assignment.inOrder));
  const std::vector<bool> readAtEnd = readAtTheEnd(graph, preserved);
  std::vector<PlannedPartition> partitions;
  for (uint32_t g : order) {
    const Group& group = assignment.groups[g];
    PlannedPartition partition{group.delegate, group.nodes, {}, {}, {}};
    std::ranges::sort(partition.nodes);
    partition.predicted = costs.run(group.delegate, partition.nodes);
    fillBorder(graph, groupOf, readAtEnd, partition);
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

}  // namespace trireme::plan
