#include "core/graph/builder.h"

#include <algorithm>

#include "core/graph/graph_verifier.h"
#include "core/graph/topology.h"

namespace trireme::graph {

Builder::Builder(std::string name) { graph_.name_ = std::move(name); }

ValueId Builder::addValue(Value value) {
  if (value.declared.rank() == 0) value.declared = value.type.shape;
  graph_.values_.push_back(std::move(value));
  return ValueId{static_cast<uint32_t>(graph_.values_.size() - 1)};
}

ValueId Builder::addInput(std::string name, TensorType type) {
  const ValueId id = addInner(std::move(name), std::move(type));
  graph_.inputs_.push_back(id);
  return id;
}

ValueId Builder::addInner(std::string name, TensorType type) {
  Value value;
  value.name = std::move(name);
  value.type = std::move(type);
  return addValue(std::move(value));
}

ValueId Builder::addConstant(std::string name, TensorType type, std::span<const std::byte> bytes) {
  auto copy = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
  Value value;
  value.name = std::move(name);
  value.type = std::move(type);
  value.isConstant = true;
  value.constant = *copy;
  keep(std::move(copy));
  return addValue(std::move(value));
}

NodeId Builder::addNode(Node node) {
  const auto id = static_cast<uint32_t>(graph_.nodes_.size());
  if (node.origins.empty()) node.origins.push_back(id);
  graph_.nodes_.push_back(std::move(node));
  return NodeId{id};
}

void Builder::setInputs(std::vector<ValueId> inputs) { graph_.inputs_ = std::move(inputs); }
void Builder::setOutputs(std::vector<ValueId> outputs) { graph_.outputs_ = std::move(outputs); }
void Builder::addState(StateSlot slot) { graph_.state_.push_back(slot); }
void Builder::keep(std::shared_ptr<const void> storage) { graph_.storage_.push_back(std::move(storage)); }

Result<Graph> Builder::build() && {
  TRIREME_ASSIGN(const std::vector<uint32_t> order, runOrder(graph_.nodes_, graph_.values_));
  if (!std::is_sorted(order.begin(), order.end())) {
    std::vector<Node> sorted;
    sorted.reserve(order.size());
    for (const uint32_t node : order) sorted.push_back(std::move(graph_.nodes_[node]));
    graph_.nodes_ = std::move(sorted);
  }
  connect();
  TRIREME_TRY(verifyGraph(graph_));
  return std::move(graph_);
}

void Builder::connect() {
  const size_t values = graph_.values_.size();
  graph_.producer_.assign(values, UINT32_MAX);
  std::vector<std::vector<NodeId>> consumers(values);
  for (uint32_t n = 0; n < graph_.nodes_.size(); ++n) {
    const Node& node = graph_.nodes_[n];
    for (const ValueId output : node.outputs) graph_.producer_[index(output)] = n;
    for (const ValueId input : node.inputs) {
      if (input == kNoValue) continue;
      std::vector<NodeId>& list = consumers[index(input)];
      if (list.empty() || list.back() != NodeId{n}) list.push_back(NodeId{n});
    }
  }
  graph_.consumerBegin_.assign(1, 0);
  graph_.consumers_.clear();
  for (const std::vector<NodeId>& list : consumers) {
    graph_.consumers_.insert(graph_.consumers_.end(), list.begin(), list.end());
    graph_.consumerBegin_.push_back(static_cast<uint32_t>(graph_.consumers_.size()));
  }
}

}  // namespace trireme::graph
