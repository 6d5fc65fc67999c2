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
  ValueId addValue(Value value);
  NodeId addNode(Node node, NodeId before);  // runs directly before that node
  void removeNode(NodeId id);                // its origins are kept for reports: see foldedOrigins
  void removeNode(NodeId id, NodeId into);   // `into` now stands for it too: it inherits the origins
  bool isRemoved(NodeId id) const;
  void replaceUses(ValueId from, ValueId to);  // in nodes, graph outputs and state
  // The value becomes a constant; its bytes are copied into the graph's pool. Its producer is not removed.
  void makeConstant(ValueId id, std::vector<std::byte> bytes);
  Result<Graph> finish() &&;

 private:
  struct Insertion {
    Node node;
    NodeId before;
  };
  Graph graph_;
  std::vector<bool> removed_;
  std::vector<Insertion> inserted_;
};

}  // namespace trireme::graph
