#pragma once

#include "core/graph/builder.h"
#include "core/plan/form_partitions.h"
#include "core/plan/memory_planner.h"
#include "core/plan/plan_verifier.h"
#include "core/plan/schedule.h"
#include "core/plan/strategy.h"

namespace trireme::plan {

// Graphs of RELU and ADD on float vectors, drawn by hand. A value's name is its node's letter.
class Sketch {
 public:
  ValueId input(const std::string& name, int64_t elements = 16);
  ValueId relu(const std::string& name, ValueId from);
  ValueId add(const std::string& name, ValueId a, ValueId b);
  ValueId constant(const std::string& name, int64_t elements = 16);
  void state(ValueId read, ValueId written);
  ValueId stateRead(const std::string& name, int64_t elements = 16);
  Graph build(std::vector<ValueId> outputs);

 private:
  ValueId node(OpKind op, OpParams params, const std::string& name, std::vector<ValueId> inputs);
  graph::Builder builder_;
  std::vector<int64_t> elements_;
};

// relu relu ... in a row.
Graph chain(size_t nodes);

// A delegate as planning sees it.
DelegateFacts hostFacts(const std::string& name, uint32_t number);
DelegateFacts deviceFacts(const std::string& name, uint32_t number, size_t importAlignment = 0);

// Facts, tables and limits, scripted; then the steps from assignment to plan.
class Planning {
 public:
  Planning(Graph graph, std::vector<DelegateFacts> facts);
  void refuse(uint32_t delegate, std::initializer_list<uint32_t> nodes);
  Result<Assignment> assign(std::string_view strategy);
  StrategyInput input() const { return {graph, support, costs, facts, minNodes, maxPartitions, preserved}; }
  // Everything, verified.
  Result<ExecutionPlan> plan(std::string_view strategy);
  Result<ExecutionPlan> planOf(const Assignment& assignment);
  Status verify(const ExecutionPlan& plan) const;
  // What a partition's compiled form would ask for: dense inputs and outputs; `scratch` bytes; in-place where asked.
  NeedsList needsOf(std::span<const PlannedPartition> partitions);
  std::vector<std::string> names() const;

  Graph graph;
  std::vector<DelegateFacts> facts;
  SupportTable support;
  CostTable costs;
  uint32_t minNodes = 1, maxPartitions = UINT32_MAX;
  size_t scratch = 0;
  bool inPlace = false;
  std::vector<ValueId> preserved;
  std::vector<std::unique_ptr<PartitionNeeds>> needs;
  NeedsList needsList;
};

// "cpu:0,1 fake:2", groups in their order.
std::string text(const Assignment& assignment, std::span<const DelegateFacts> facts);

}  // namespace trireme::plan
