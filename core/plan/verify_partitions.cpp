#include <fmt/format.h>

#include <algorithm>

#include "core/graph/graph_printer.h"
#include "core/plan/plan_verifier.h"

namespace trireme::plan {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

Status broken(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

Result<std::vector<uint32_t>> ownersOf(const VerifierInput& input) {
  std::vector<uint32_t> owner(input.graph.nodes().size(), kNone);
  for (uint32_t p = 0; p < input.plan.partitions.size(); ++p) {
    const PlannedPartition& partition = input.plan.partitions[p];
    if (partition.nodes.empty()) return broken(fmt::format("partition {} has no nodes", p));
    if (partition.delegate >= input.facts.size()) {
      return broken(
          fmt::format("partition {} belongs to delegate {} of {}", p, partition.delegate, input.facts.size()));
    }
    for (NodeId node : partition.nodes) {
      if (index(node) >= owner.size()) return broken(fmt::format("partition {} has node {}", p, index(node)));
      if (owner[index(node)] != kNone) {
        return broken(
            fmt::format("{} is in partitions {} and {}", graph::describe(input.graph, node), owner[index(node)], p));
      }
      owner[index(node)] = p;
    }
  }
  for (uint32_t i = 0; i < owner.size(); ++i) {
    if (owner[i] == kNone) {
      return broken(fmt::format("{} is in no partition", graph::describe(input.graph, NodeId{i})));
    }
  }
  return owner;
}

// Nothing that leaves a partition may come back to it: marks what hangs on it from outside.
Status checkConvex(const VerifierInput& input, const std::vector<uint32_t>& owner, uint32_t p) {
  std::vector<bool> downstream(input.graph.nodes().size(), false);
  for (uint32_t i = 0; i < owner.size(); ++i) {
    for (ValueId value : input.graph.nodes()[i].inputs) {
      const auto producer = value == kNoValue ? std::nullopt : input.graph.producer(value);
      if (!producer) continue;
      const bool fromMarked = downstream[index(*producer)];
      if (owner[i] == p && fromMarked) {
        return broken(fmt::format("partition {} is not convex: {} waits for what leaves it", p,
                                  graph::describe(input.graph, NodeId{i})));
      }
      if (owner[i] != p && (fromMarked || owner[index(*producer)] == p)) downstream[i] = true;
    }
  }
  return {};
}

bool neededOutside(const VerifierInput& input, const std::vector<uint32_t>& owner, uint32_t p, ValueId value) {
  const Graph& graph = input.graph;
  if (std::ranges::find(graph.outputs(), value) != graph.outputs().end()) return true;
  if (std::ranges::any_of(graph.state(), [&](const StateSlot& slot) { return slot.written == value; })) return true;
  return std::ranges::any_of(graph.consumers(value), [&](NodeId reader) { return owner[index(reader)] != p; });
}

template <class T>
bool contains(const std::vector<T>& list, T one) {
  return std::ranges::find(list, one) != list.end();
}

Status checkBorder(const VerifierInput& input, const std::vector<uint32_t>& owner, uint32_t p) {
  const PlannedPartition& partition = input.plan.partitions[p];
  std::vector<ValueId> made, read;
  for (NodeId id : partition.nodes) {
    const Node& node = input.graph.node(id);
    made.insert(made.end(), node.outputs.begin(), node.outputs.end());
    for (ValueId value : node.inputs) {
      if (value == kNoValue || input.graph.value(value).isConstant) continue;
      const auto producer = input.graph.producer(value);
      if (!producer || owner[index(*producer)] != p) read.push_back(value);
    }
  }
  const auto missing = [&](const char* what, ValueId value) {
    return broken(fmt::format("partition {} lacks {} '{}'", p, what, input.graph.value(value).name));
  };
  for (ValueId value : read) {
    if (!contains(partition.inputs, value)) return missing("input", value);
  }
  for (ValueId value : made) {
    if (value != kNoValue && neededOutside(input, owner, p, value) && !contains(partition.outputs, value)) {
      return missing("output", value);
    }
  }
  for (ValueId value : partition.inputs) {
    if (!contains(read, value)) return broken(fmt::format("partition {} reads no value {}", p, index(value)));
  }
  for (ValueId value : partition.outputs) {
    if (!contains(made, value)) return broken(fmt::format("partition {} computes no value {}", p, index(value)));
  }
  return {};
}

}  // namespace

Status verifyPartitions(const VerifierInput& input) {
  TRIREME_ASSIGN(const std::vector<uint32_t> owner, ownersOf(input));
  for (uint32_t p = 0; p < input.plan.partitions.size(); ++p) {
    TRIREME_TRY(checkConvex(input, owner, p));
    TRIREME_TRY(checkBorder(input, owner, p));
  }
  std::vector<uint32_t> runs(input.plan.partitions.size(), 0);
  for (const Step& step : input.plan.steps) {
    const auto* run = std::get_if<RunStep>(&step.action);
    if (!run) continue;
    if (run->partition >= runs.size()) return broken(fmt::format("a step runs partition {}", run->partition));
    ++runs[run->partition];
  }
  for (uint32_t p = 0; p < runs.size(); ++p) {
    if (runs[p] != 1) return broken(fmt::format("partition {} runs {} times", p, runs[p]));
  }
  return {};
}

}  // namespace trireme::plan
