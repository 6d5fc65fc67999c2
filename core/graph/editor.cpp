#include "core/graph/editor.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/graph/builder.h"

namespace trireme::graph {
namespace {

void inherit(std::vector<uint32_t>& origins, const std::vector<uint32_t>& more) {
  origins.insert(origins.end(), more.begin(), more.end());
  std::sort(origins.begin(), origins.end());
  origins.erase(std::unique(origins.begin(), origins.end()), origins.end());
}

}  // namespace

Editor::Editor(Graph graph) : graph_(std::move(graph)), removed_(graph_.nodes_.size(), false) {
  for (uint32_t n = 0; n < graph_.nodes_.size(); ++n) order_.push_back(NodeId{n});
}

Value& Editor::value(ValueId id) { return graph_.values_[index(id)]; }
Node& Editor::node(NodeId id) { return graph_.nodes_[index(id)]; }

ValueId Editor::addValue(Value value) {
  if (value.declared.rank() == 0) value.declared = value.type.shape;
  graph_.values_.push_back(std::move(value));
  return ValueId{static_cast<uint32_t>(graph_.values_.size() - 1)};
}

NodeId Editor::addNode(Node node, NodeId before) {
  const auto place = std::find(order_.begin(), order_.end(), before);
  TRIREME_CHECK(place != order_.end(), "a node is added before one that exists");
  if (node.origins.empty()) node.origins = graph_.node(before).origins;
  const NodeId id{static_cast<uint32_t>(graph_.nodes_.size())};
  order_.insert(place, id);
  graph_.nodes_.push_back(std::move(node));
  removed_.push_back(false);
  return id;
}

void Editor::removeNode(NodeId id) { removed_[index(id)] = true; }

void Editor::removeNode(NodeId id, NodeId into) {
  inherit(node(into).origins, node(id).origins);
  removed_[index(id)] = true;
}

bool Editor::isRemoved(NodeId id) const { return removed_[index(id)]; }

void Editor::replaceUses(ValueId from, ValueId to) {
  const auto replace = [from, to](std::vector<ValueId>& ids) { std::replace(ids.begin(), ids.end(), from, to); };
  for (Node& node : graph_.nodes_) replace(node.inputs);
  replace(graph_.outputs_);
  for (StateSlot& slot : graph_.state_) {
    if (slot.written == from) slot.written = to;
  }
}

void Editor::makeConstant(ValueId id, std::vector<std::byte> bytes) {
  auto pool = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  Value& constant = value(id);
  constant.isConstant = true;
  constant.constant = *pool;
  pools_.push_back({id, std::move(pool)});
}

void Editor::keepValue(ValueId id) { kept_.push_back(id); }

std::vector<Node> Editor::takeNodes() {
  std::vector<Node> nodes;
  for (const NodeId id : order_) {
    if (!isRemoved(id)) nodes.push_back(std::move(node(id)));
  }
  return nodes;
}

std::vector<bool> Editor::usedValues(const std::vector<Node>& nodes) const {
  std::vector<bool> used(graph_.values_.size(), false);
  const auto use = [&used](ValueId id) {
    if (id != kNoValue && index(id) < used.size()) used[index(id)] = true;
  };
  for (const Node& node : nodes) {
    for (const std::vector<ValueId>* ids : {&node.inputs, &node.outputs, &node.intermediates}) {
      std::for_each(ids->begin(), ids->end(), use);
    }
  }
  std::for_each(graph_.inputs_.begin(), graph_.inputs_.end(), use);
  std::for_each(graph_.outputs_.begin(), graph_.outputs_.end(), use);
  std::for_each(kept_.begin(), kept_.end(), use);
  for (const StateSlot& slot : graph_.state_) {
    use(slot.read);
    use(slot.written);
  }
  return used;
}

Result<Graph> Editor::finish() && {
  std::vector<Node> nodes = takeNodes();
  const std::vector<bool> used = usedValues(nodes);

  Builder builder(std::move(graph_.name_));
  std::vector<ValueId> renumbered(used.size(), kNoValue);
  for (uint32_t v = 0; v < used.size(); ++v) {
    if (used[v]) renumbered[v] = builder.addValue(std::move(graph_.values_[v]));
  }
  const auto renumber = [&renumbered](std::vector<ValueId>& ids) {
    for (ValueId& id : ids) {
      if (id != kNoValue && index(id) < renumbered.size()) id = renumbered[index(id)];
    }
  };
  for (Node& node : nodes) {
    for (std::vector<ValueId>* ids : {&node.inputs, &node.outputs, &node.intermediates}) renumber(*ids);
    builder.addNode(std::move(node));
  }
  renumber(graph_.inputs_);
  renumber(graph_.outputs_);
  builder.setInputs(std::move(graph_.inputs_));
  builder.setOutputs(std::move(graph_.outputs_));
  for (StateSlot slot : graph_.state_) {
    builder.addState({renumbered[index(slot.read)], renumbered[index(slot.written)], slot.initial});
  }
  for (std::shared_ptr<const void>& storage : graph_.storage_) builder.keep(std::move(storage));
  for (Pool& pool : pools_) {
    if (used[index(pool.constant)]) builder.keep(std::move(pool.bytes));
  }
  return std::move(builder).build();
}

Graph Editor::finishTypes() && {
  TRIREME_CHECK(std::find(removed_.begin(), removed_.end(), true) == removed_.end(),
                "finishTypes follows changes of types alone");
  for (Pool& pool : pools_) graph_.storage_.push_back(std::move(pool.bytes));
  return std::move(graph_);
}

}  // namespace trireme::graph
