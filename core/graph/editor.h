#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// Changes a graph, for passes. Ids stay what they were until finish(), which drops removed nodes and values that nobody
// uses, renumbers both, and verifies.
class Editor {
 public:
  explicit Editor(Graph graph);
  const Graph& graph() const { return graph_; }  // consumers and producers as they were when the editor started
  Value& value(ValueId id);
  Node& node(NodeId id);
  ValueId addValue(Value value);             // consumers() and producer() do not know it
  NodeId addNode(Node node, NodeId before);  // runs directly before that node; empty origins: those of `before`
  void removeNode(NodeId id);
  void removeNode(NodeId id, NodeId into);  // `into` now stands for it too: it inherits the origins
  bool isRemoved(NodeId id) const;
  void replaceUses(ValueId from, ValueId to);  // in nodes, graph outputs and state
  void keepValue(ValueId id);                  // stays though nobody uses it
  // The value becomes a constant; its bytes go into the graph's pool. Its producer is not removed.
  void makeConstant(ValueId id, std::vector<std::byte> bytes);
  Result<Graph> finish() &&;
  // Where nothing but types of values changed: ids stay, nothing is dropped.
  Graph finishTypes() &&;

 private:
  std::vector<Node> takeNodes();  // what is left, in order
  std::vector<bool> usedValues(const std::vector<Node>& nodes) const;
  Graph graph_;
  std::vector<bool> removed_;
  std::vector<NodeId> order_;  // of all nodes, removed and added ones included
  std::vector<ValueId> kept_;
  struct Pool {
    ValueId constant;
    std::shared_ptr<const std::vector<std::byte>> bytes;
  };
  std::vector<Pool> pools_;  // of constants made here; given up with them
};

}  // namespace trireme::graph
