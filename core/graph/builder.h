#pragma once

#include "trireme/graph.h"

namespace trireme::graph {

// Assembles a graph. Ids count up from 0 in the order of the calls; build() keeps value ids, and node ids too unless
// the nodes were not in an order in which they can run (then they are sorted, stably).
class Builder {
 public:
  explicit Builder(std::string name = {});
  // Anything, constants with bytes elsewhere included (see keep). Without a declared shape it declares its own.
  ValueId addValue(Value value);
  ValueId addInput(std::string name, TensorType type);
  ValueId addInner(std::string name, TensorType type);                                       // written by a node
  ValueId addConstant(std::string name, TensorType type, std::span<const std::byte> bytes);  // copied
  template <class T>
  ValueId addConstant(std::string name, TensorType type, const std::vector<T>& elements) {
    return addConstant(std::move(name), std::move(type), std::as_bytes(std::span(elements)));
  }
  NodeId addNode(Node node);                    // empty origins: its own number
  void setInputs(std::vector<ValueId> inputs);  // default: what addInput added, in that order
  void setOutputs(std::vector<ValueId> outputs);
  void addState(StateSlot slot);
  void keep(std::shared_ptr<const void> storage);  // what constants and option bytes lie in
  // A graph that verifies (graph_verifier.h), or the broken invariant.
  Result<Graph> build() &&;

 private:
  void connect();  // who writes and who reads each value
  Graph graph_;
};

}  // namespace trireme::graph
