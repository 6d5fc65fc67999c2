#include "core/graph/topology.h"

#include <fmt/format.h>

#include <functional>
#include <queue>

#include "core/graph/op_table.h"

namespace trireme::graph {
namespace {

Status noSuchValue(const Node& node, const char* role, size_t position, ValueId id, size_t values) {
  return Status::error(Code::InvalidModel, fmt::format("{}, {} {}: there is no value {}, the graph has {}",
                                                       describe(node), role, position, index(id), values));
}

Status checkIds(std::span<const Node> nodes, size_t values) {
  const auto outside = [values](ValueId id) { return index(id) >= values; };
  for (const Node& node : nodes) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (id != kNoValue && outside(id)) return noSuchValue(node, "input", i, id, values);
    }
    for (size_t i = 0; i < node.intermediates.size(); ++i) {
      const ValueId id = node.intermediates[i];
      if (id != kNoValue && outside(id)) return noSuchValue(node, "intermediate", i, id, values);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (outside(node.outputs[i])) return noSuchValue(node, "output", i, node.outputs[i], values);
    }
  }
  return {};
}

Result<std::vector<uint32_t>> producers(std::span<const Node> nodes, std::span<const Value> values) {
  std::vector<uint32_t> producer(values.size(), UINT32_MAX);
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    for (const ValueId output : nodes[n].outputs) {
      uint32_t& writer = producer[index(output)];
      if (writer != UINT32_MAX) {
        return Status::error(Code::InvalidModel, fmt::format("{} and {} both write {}", describe(nodes[writer]),
                                                             describe(nodes[n]), quotedName(values, output)));
      }
      writer = n;
    }
  }
  return producer;
}

}  // namespace

Result<std::vector<uint32_t>> runOrder(std::span<const Node> nodes, std::span<const Value> values) {
  TRIREME_TRY(checkIds(nodes, values.size()));
  TRIREME_ASSIGN(const std::vector<uint32_t> producer, producers(nodes, values));
  std::vector<uint32_t> waitsFor(nodes.size(), 0);
  std::vector<std::vector<uint32_t>> followers(nodes.size());
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    for (const ValueId input : nodes[n].inputs) {
      if (input == kNoValue || producer[index(input)] == UINT32_MAX) continue;
      ++waitsFor[n];
      followers[producer[index(input)]].push_back(n);
    }
  }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    if (waitsFor[n] == 0) ready.push(n);
  }
  std::vector<uint32_t> order;
  order.reserve(nodes.size());
  while (!ready.empty()) {
    const uint32_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const uint32_t follower : followers[node]) {
      if (--waitsFor[follower] == 0) ready.push(follower);
    }
  }
  if (order.size() == nodes.size()) return order;
  for (uint32_t n = 0;; ++n) {
    if (waitsFor[n] != 0) {
      return Status::error(Code::InvalidModel,
                           fmt::format("{} waits for itself: {} of {} operators form or follow a circle",
                                       describe(nodes[n]), nodes.size() - order.size(), nodes.size()));
    }
  }
}

std::string describe(const Node& node) {
  if (node.origins.empty()) return fmt::format("operator {}", nodeName(node));
  return fmt::format("operator{} {} {}", node.origins.size() > 1 ? "s" : "", fmt::join(node.origins, ", "),
                     nodeName(node));
}

std::string quotedName(std::span<const Value> values, ValueId id) {
  const std::string& name = values[index(id)].name;
  return name.empty() ? fmt::format("value {}", index(id)) : fmt::format("'{}'", name);
}

}  // namespace trireme::graph
