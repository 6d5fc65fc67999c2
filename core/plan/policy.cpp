#include "core/plan/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/graph/graph_printer.h"
#include "core/graph/tensor_names.h"

namespace trireme::plan {
namespace {

struct Range {
  uint32_t first = 0, last = 0;
};

std::optional<uint32_t> number(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "7" or "3-17"; none: it is a tensor's name.
std::optional<Range> parseRange(std::string_view where) {
  if (const auto single = number(where)) return Range{*single, *single};
  const size_t dash = where.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(where.substr(0, dash)), last = number(where.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return Range{*first, *last};
}

std::vector<NodeId> nodesOf(const Graph& graph, const Range& range) {
  std::vector<NodeId> nodes;
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const auto inside = [&](uint32_t origin) { return origin >= range.first && origin <= range.last; };
    if (std::ranges::any_of(graph.nodes()[i].origins, inside)) nodes.push_back(NodeId{i});
  }
  return nodes;
}

Result<std::vector<NodeId>> findNodes(const Graph& graph, const std::string& where, uint32_t operators) {
  if (const auto range = parseRange(where)) {
    if (range->first > range->last || range->last >= operators) {
      return Status::error(Code::InvalidArgument, fmt::format("pin '{}': the model's operators are 0 to {}", where,
                                                              operators == 0 ? 0 : operators - 1));
    }
    return nodesOf(graph, *range);  // none where passes folded them away
  }
  for (uint32_t i = 0; i < graph.values().size(); ++i) {
    if (graph.values()[i].name != where) continue;
    if (const auto producer = graph.producer(ValueId{i})) return std::vector<NodeId>{*producer};
    return Status::error(Code::InvalidArgument, fmt::format("pin '{}': no operator computes that tensor", where));
  }
  return Status::error(Code::InvalidArgument, fmt::format("pin '{}': the model has no tensor of that name; {}", where,
                                                          graph::nearestTensors(graph, where)));
}

// "UnknownOp: no kernel; Policy: forbidden for RELU".
std::string whyNot(const Support& support) {
  std::string text;
  for (const Reason& reason : support.reasons()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", reasonName(reason.code), reason.detail);
  }
  return text;
}

Status pinNode(SupportTable& support, const Graph& graph, std::span<const DelegateFacts> facts, NodeId node,
               uint32_t delegate) {
  if (!support.can(delegate, node)) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("{} is pinned to '{}', which cannot take it: {}", graph::describe(graph, node),
                                     facts[delegate].name, whyNot(support.at(delegate, node))));
  }
  for (uint32_t other = 0; other < facts.size(); ++other) {
    if (other != delegate) {
      support.deny(other, node, ReasonCode::Policy, fmt::format("pinned to {}", facts[delegate].name));
    }
  }
  return {};
}

Status applyPin(SupportTable& support, const Graph& graph, std::span<const DelegateFacts> facts,
                const Settings::Pin& pin, std::span<const Denial> denied, uint32_t operators) {
  TRIREME_ASSIGN(const uint32_t delegate, findDelegate(facts, pin.delegate, fmt::format("pin '{}'", pin.where)));
  TRIREME_ASSIGN(const std::vector<NodeId> nodes, findNodes(graph, pin.where, operators));
  if (std::ranges::any_of(denied, [&](const Denial& denial) { return denial.delegate == delegate; })) return {};
  for (NodeId node : nodes) TRIREME_TRY(pinNode(support, graph, facts, node, delegate));
  return {};
}

bool operatorExists(std::string_view name) {
  for (uint32_t op = 0; op <= uint32_t(OpKind::Custom); ++op) {
    if (opName(OpKind(op)) == name) return true;
  }
  return false;
}

std::string operatorsOf(const Graph& graph) {
  std::vector<std::string_view> names;
  for (const Node& node : graph.nodes()) names.push_back(opName(node.op));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

Status applyForbid(SupportTable& support, const Graph& graph, std::span<const DelegateFacts> facts,
                   const Settings::Forbid& forbid) {
  TRIREME_ASSIGN(const uint32_t delegate, findDelegate(facts, forbid.delegate, fmt::format("forbid '{}'", forbid.op)));
  if (!operatorExists(forbid.op)) {
    return Status::error(Code::InvalidArgument, fmt::format("forbid '{}': no operator has that name; the model has: {}",
                                                            forbid.op, operatorsOf(graph)));
  }
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    if (opName(graph.nodes()[i].op) == forbid.op) {
      support.deny(delegate, NodeId{i}, ReasonCode::Policy, fmt::format("forbidden for {}", forbid.op));
    }
  }
  return {};
}

}  // namespace

Status applyPolicy(SupportTable& support, const Graph& graph, std::span<const DelegateFacts> facts,
                   const Settings& settings, std::span<const Denial> denied, uint32_t operators) {
  for (const Denial& denial : denied) support.denyAll(denial.delegate, ReasonCode::DeviceFailed, denial.why);
  for (const Settings::Forbid& forbid : settings.forbidden) {
    TRIREME_TRY(applyForbid(support, graph, facts, forbid));
  }
  for (const Settings::Pin& pin : settings.pins) {
    TRIREME_TRY(applyPin(support, graph, facts, pin, denied, operators));
  }
  return {};
}

}  // namespace trireme::plan
