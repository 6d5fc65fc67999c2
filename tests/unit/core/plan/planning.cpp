#include "tests/unit/core/plan/planning.h"

#include <gtest/gtest.h>

namespace trireme::plan {
namespace {

TensorType floats(int64_t elements) { return {DataType::Float32, Shape::create({elements}).value(), {}}; }

}  // namespace

ValueId Sketch::input(const std::string& name, int64_t elements) {
  elements_.push_back(elements);
  return builder_.addInput(name, floats(elements));
}

ValueId Sketch::constant(const std::string& name, int64_t elements) {
  elements_.push_back(elements);
  return builder_.addConstant(name, floats(elements), std::vector<float>(size_t(elements), 1.0f));
}

ValueId Sketch::stateRead(const std::string& name, int64_t elements) {
  elements_.push_back(elements);
  return builder_.addInner(name, floats(elements));
}

void Sketch::state(ValueId read, ValueId written) { builder_.addState({read, written, {}}); }

ValueId Sketch::node(OpKind op, OpParams params, const std::string& name, std::vector<ValueId> inputs) {
  const int64_t elements = elements_[index(inputs[0])];
  elements_.push_back(elements);
  const ValueId output = builder_.addInner(name, floats(elements));
  Node node;
  node.op = op;
  node.params = std::move(params);
  node.inputs = std::move(inputs);
  node.outputs = {output};
  builder_.addNode(std::move(node));
  return output;
}

ValueId Sketch::relu(const std::string& name, ValueId from) { return node(OpKind::Relu, NoParams{}, name, {from}); }

ValueId Sketch::add(const std::string& name, ValueId a, ValueId b) {
  return node(OpKind::Add, AddParams{}, name, {a, b});
}

Graph Sketch::build(std::vector<ValueId> outputs) {
  builder_.setOutputs(std::move(outputs));
  auto built = std::move(builder_).build();
  EXPECT_TRUE(built.ok()) << built.status().message();
  return std::move(built).value();
}

Graph chain(size_t nodes) {
  Sketch sketch;
  ValueId last = sketch.input("in");
  for (size_t i = 0; i < nodes; ++i) last = sketch.relu(std::string(1, char('a' + i)), last);
  return sketch.build({last});
}

DelegateFacts hostFacts(const std::string& name, uint32_t number) {
  DelegateFacts facts;
  facts.name = name;
  facts.memory.hostVisible = true;
  facts.rates = {1e9, 1e9, 1e-6, 1e9, 1e-6};
  facts.queue = number;
  return facts;
}

DelegateFacts deviceFacts(const std::string& name, uint32_t number, size_t importAlignment) {
  DelegateFacts facts = hostFacts(name, number);
  facts.memory = {256, SIZE_MAX, importAlignment, false};
  facts.inHostMemory = false;
  facts.space = number;
  return facts;
}

Planning::Planning(Graph theGraph, std::vector<DelegateFacts> theFacts)
    : graph(std::move(theGraph)),
      facts(std::move(theFacts)),
      support(facts.size(), graph.nodes().size()),
      costs(facts.size(), graph.nodes().size()) {
  for (uint32_t d = 0; d < facts.size(); ++d) {
    costs.setRates(d, facts[d].rates);
    for (uint32_t n = 0; n < graph.nodes().size(); ++n) costs.setNode(d, NodeId{n}, {1e-6, 0, Cost::Source::Estimated});
  }
}

void Planning::refuse(uint32_t delegate, std::initializer_list<uint32_t> nodes) {
  for (uint32_t node : nodes) support.deny(delegate, NodeId{node}, ReasonCode::UnknownOp, "scripted");
}

Result<Assignment> Planning::assign(std::string_view strategy) { return assignNodes(input(), strategy); }

NeedsList Planning::needsOf(std::span<const PlannedPartition> partitions) {
  needs.clear();
  needsList.clear();
  for (const PlannedPartition& partition : partitions) {
    auto one = std::make_unique<PartitionNeeds>();
    for (ValueId id : partition.inputs) one->inputs.push_back({byteSize(graph.value(id).type).value(), 64});
    for (ValueId id : partition.outputs) one->outputs.push_back({byteSize(graph.value(id).type).value(), 64});
    one->scratch = {scratch, 64};
    for (size_t i = 0; inPlace && i < one->inputs.size(); ++i) {
      for (size_t o = 0; o < one->outputs.size(); ++o) one->inPlace.push_back({uint16_t(i), uint16_t(o)});
    }
    needsList.push_back(one.get());
    needs.push_back(std::move(one));
  }
  return needsList;
}

Result<ExecutionPlan> Planning::planOf(const Assignment& assignment) {
  TRIREME_ASSIGN(const std::vector<PlannedPartition> partitions, formPartitions(graph, assignment, preserved, costs));
  const NeedsList list = needsOf(partitions);
  Draft draft = schedule({graph, partitions, list, facts, costs, preserved}, "test", false);
  ExecutionPlan plan = planMemory(std::move(draft), list, facts);
  TRIREME_TRY(verify(plan));
  return plan;
}

Result<ExecutionPlan> Planning::plan(std::string_view strategy) {
  TRIREME_ASSIGN(const Assignment assignment, assign(strategy));
  return planOf(assignment);
}

Status Planning::verify(const ExecutionPlan& plan) const {
  return verifyPlan({plan, graph, facts, needsList, preserved});
}

std::vector<std::string> Planning::names() const {
  std::vector<std::string> names;
  for (const DelegateFacts& one : facts) names.push_back(one.name);
  return names;
}

std::string text(const Assignment& assignment, std::span<const DelegateFacts> facts) {
  std::string text;
  for (const Group& group : assignment.groups) {
    text += (text.empty() ? "" : " ") + facts[group.delegate].name + ":";
    for (size_t i = 0; i < group.nodes.size(); ++i) {
      text += (i == 0 ? "" : ",") + std::to_string(index(group.nodes[i]));
    }
  }
  return text;
}

}  // namespace trireme::plan
