#include "core/plan/strategy.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/graph_printer.h"

namespace trireme::plan {
namespace {

constexpr Strategy kStrategies[] = {
    {"optimal", false, assignOptimal}, {"greedy", false, assignGreedy}, {"nnapi", false, assignNnapi},
    {"per-op", false, assignPerOp},    {"single", true, assignSingle},
};

const Strategy* findStrategy(std::string_view name, bool hasArgument) {
  for (const Strategy& one : kStrategies) {
    if (one.name == name && one.takesDelegate == hasArgument) return &one;
  }
  return nullptr;
}

std::string whyDropped(const StrategyInput& input, const Assignment& assignment, NodeId node) {
  std::string text = refusalsOf(input.support, input.facts, node);
  for (const Dropped& dropped : assignment.dropped) {
    for (NodeId one : dropped.nodes) {
      if (one != node) continue;
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", input.facts[dropped.delegate].name, dropped.why);
    }
  }
  return text;
}

bool wasDropped(const Assignment& assignment, NodeId node) {
  return std::ranges::any_of(assignment.dropped, [&](const Dropped& dropped) {
    return std::ranges::find(dropped.nodes, node) != dropped.nodes.end();
  });
}

// A strategy that breaks a limit is our error.
Status checkLimits(const StrategyInput& input, const Assignment& assignment) {
  std::vector<uint32_t> partitions(input.facts.size(), 0);
  for (const Group& group : assignment.groups) {
    const PartitionLimits limits = limitsOf(input, group.delegate);
    const size_t nodes = group.nodes.size();
    if (nodes < limits.minNodes || nodes > limits.maxNodes || ++partitions[group.delegate] > limits.maxPartitions) {
      return Status::error(Code::Internal,
                           fmt::format("a partition of {} nodes, number {} of '{}', breaks its limits", nodes,
                                       partitions[group.delegate], input.facts[group.delegate].name));
    }
  }
  return {};
}

}  // namespace

std::span<const Strategy> strategyList() { return kStrategies; }

std::string strategyNames() {
  std::string names;
  for (const Strategy& one : kStrategies) {
    names += fmt::format("{}{}{}", names.empty() ? "" : ", ", one.name, one.takesDelegate ? ":NAME" : "");
  }
  return names;
}

PartitionLimits limitsOf(const StrategyInput& input, uint32_t delegate) {
  if (delegate + 1 == input.facts.size()) return {};
  PartitionLimits limits = input.facts[delegate].limits;
  limits.minNodes = std::max(input.minNodes, limits.minNodes);
  limits.maxNodes = std::max(1u, limits.maxNodes);
  limits.maxPartitions = std::min(input.maxPartitions, limits.maxPartitions);
  return limits;
}

Status checkComplete(const StrategyInput& input, const Assignment& assignment) {
  std::vector<bool> taken(input.graph.nodes().size(), false);
  for (const Group& group : assignment.groups) {
    for (NodeId node : group.nodes) taken[index(node)] = true;
  }
  for (uint32_t i = 0; i < taken.size(); ++i) {
    if (taken[i]) continue;
    const std::string node = graph::describe(input.graph, NodeId{i});
    const std::string why = whyDropped(input, assignment, NodeId{i});
    if (wasDropped(assignment, NodeId{i})) {
      return Status::error(Code::InvalidArgument, fmt::format("the limits leave {} without a delegate: {}", node, why));
    }
    return Status::error(Code::Unsupported, fmt::format("no delegate takes {}: {}", node, why));
  }
  return {};
}

Result<Assignment> assignNodes(const StrategyInput& input, std::string_view strategy) {
  const size_t colon = strategy.find(':');
  const bool hasArgument = colon != std::string_view::npos;
  const Strategy* found = findStrategy(strategy.substr(0, colon), hasArgument);
  if (!found) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("there is no strategy '{}'; there are: {}", strategy, strategyNames()));
  }
  TRIREME_ASSIGN(Assignment assignment,
                 found->assign(input, hasArgument ? strategy.substr(colon + 1) : std::string_view()));
  TRIREME_TRY(checkComplete(input, assignment));
  TRIREME_TRY(checkLimits(input, assignment));
  return assignment;
}

}  // namespace trireme::plan
