#include "core/plan/strategy.h"

#include <fmt/format.h>

#include "core/graph/graph_printer.h"

namespace trireme::plan {
namespace {

constexpr Strategy kStrategies[] = {
    {"greedy", false, assignGreedy},
    {"single", true, assignSingle},
    {"per-op", false, assignPerOp},
};

std::string strategyNames() {
  std::string names;
  for (const Strategy& one : kStrategies) {
    names += fmt::format("{}{}{}", names.empty() ? "" : ", ", one.name, one.takesDelegate ? ":NAME" : "");
  }
  return names;
}

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

Status checkComplete(const StrategyInput& input, const Assignment& assignment) {
  std::vector<bool> taken(input.graph.nodes().size(), false);
  for (const Group& group : assignment.groups) {
    for (NodeId node : group.nodes) taken[index(node)] = true;
  }
  for (uint32_t i = 0; i < taken.size(); ++i) {
    if (taken[i]) continue;
    return Status::error(Code::Unsupported,
                         fmt::format("no delegate takes {}: {}", graph::describe(input.graph, NodeId{i}),
                                     whyDropped(input, assignment, NodeId{i})));
  }
  return {};
}

}  // namespace

std::span<const Strategy> strategyList() { return kStrategies; }

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
  return assignment;
}

}  // namespace trireme::plan
