#include <algorithm>
#include <deque>

#include "core/plan/group_limits.h"

namespace trireme::plan {
namespace {

constexpr uint32_t kNobody = UINT32_MAX;

DataType firstOperand(const Graph& graph, const Node& node) {
  for (const auto* list : {&node.inputs, &node.outputs}) {
    for (ValueId value : *list) {
      if (value != kNoValue) return graph.value(value).type.dtype;
    }
  }
  return DataType::Float32;
}

// The stated figure for the type; else how much faster than the CPU its arithmetic is.
double figureOf(const StrategyInput& input, uint32_t delegate, DataType type) {
  const DeviceRates &own = input.costs.rates(delegate), &cpu = input.costs.rates(uint32_t(input.facts.size() - 1));
  for (const PerformanceFigure& figure : own.figures) {
    if (figure.type == type) return figure.time;
  }
  return own.flopsPerSecond > 0 && cpu.flopsPerSecond > 0 ? cpu.flopsPerSecond / own.flopsPerSecond : 1;
}

// Where every node goes: the smallest figure, ties to the CPU, then to the earlier delegate.
class Choice {
 public:
  explicit Choice(const StrategyInput& input)
      : input_(input), left_(input.facts.size(), std::vector<bool>(input.graph.nodes().size(), false)) {}
  void takeAway(uint32_t delegate, NodeId node) { left_[delegate][index(node)] = true; }
  uint32_t of(NodeId node) const {
    const DataType type = firstOperand(input_.graph, input_.graph.node(node));
    uint32_t best = kNobody;
    double least = 0;
    for (uint32_t i = 0; i < input_.facts.size(); ++i) {
      const uint32_t delegate = uint32_t((i + input_.facts.size() - 1) % input_.facts.size());  // the CPU first
      if (!input_.support.can(delegate, node) || left_[delegate][index(node)]) continue;
      const double figure = figureOf(input_, delegate, type);
      if (best != kNobody && figure >= least) continue;
      best = delegate;
      least = figure;
    }
    return best;
  }

 private:
  const StrategyInput& input_;
  std::vector<std::vector<bool>> left_;
};

// A queue of ready nodes a delegate. From the last delegate to the first, whoever has something ready runs until it has
// nothing more; that is one step. Nodes of nobody have the very last queue: they go at once, in no step.
class Queues {
 public:
  Queues(const Graph& graph, std::vector<uint32_t> choice, size_t delegates)
      : graph_(graph), choice_(std::move(choice)), ready_(delegates + 1), waits_(choice_.size(), 0) {
    for (uint32_t i = 0; i < choice_.size(); ++i) waits_[i] = uint32_t(producers(NodeId{i}).size());
    for (uint32_t i = 0; i < choice_.size(); ++i) {
      if (waits_[i] == 0) enqueue(NodeId{i});
    }
  }

  std::vector<Group> drain() {
    std::vector<Group> steps;
    for (uint32_t delegate = last(); delegate != kNobody; delegate = last()) {
      Group step{delegate, {}};
      std::deque<NodeId>& queue = ready_[delegate];
      for (; !queue.empty(); queue.pop_front()) {
        step.nodes.push_back(queue.front());
        release(queue.front());
      }
      if (delegate == nobody()) continue;
      std::ranges::sort(step.nodes);
      steps.push_back(std::move(step));
    }
    return steps;
  }

 private:
  std::vector<NodeId> producers(NodeId node) const {
    std::vector<NodeId> list;
    for (ValueId value : graph_.node(node).inputs) {
      const auto producer = value == kNoValue ? std::nullopt : graph_.producer(value);
      if (producer && std::ranges::find(list, *producer) == list.end()) list.push_back(*producer);
    }
    return list;
  }
  uint32_t nobody() const { return uint32_t(ready_.size() - 1); }
  uint32_t last() const {
    for (uint32_t d = uint32_t(ready_.size()); d-- > 0;) {
      if (!ready_[d].empty()) return d;
    }
    return kNobody;
  }
  void enqueue(NodeId node) {
    const uint32_t chosen = choice_[index(node)];
    ready_[chosen == kNobody ? nobody() : chosen].push_back(node);
  }
  void release(NodeId node) {
    std::vector<NodeId> readers;
    for (ValueId value : graph_.node(node).outputs) {
      if (value == kNoValue) continue;
      for (NodeId reader : graph_.consumers(value)) {
        if (std::ranges::find(readers, reader) == readers.end()) readers.push_back(reader);
      }
    }
    for (NodeId reader : readers) {
      if (--waits_[index(reader)] == 0) enqueue(reader);
    }
  }

  const Graph& graph_;
  std::vector<uint32_t> choice_;
  std::vector<std::deque<NodeId>> ready_;
  std::vector<uint32_t> waits_;
};

}  // namespace

// NNAPI's way: the device with the best figure for each operator, then steps from ready queues. What a limit leaves out
// goes to the next best device, and the steps are made anew.
Result<Assignment> assignNnapi(const StrategyInput& input, std::string_view) {
  Choice choice(input);
  std::vector<Dropped> allDropped;
  for (;;) {
    std::vector<uint32_t> chosen;
    for (uint32_t i = 0; i < input.graph.nodes().size(); ++i) chosen.push_back(choice.of(NodeId{i}));
    const std::vector<Group> steps = Queues(input.graph, std::move(chosen), input.facts.size()).drain();
    Assignment assignment;
    std::vector<Dropped> dropped;
    for (uint32_t d = 0; d < input.facts.size(); ++d) {
      std::vector<std::vector<NodeId>> candidates;
      for (const Group& step : steps) {
        if (step.delegate == d) candidates.push_back(step.nodes);
      }
      keepWithinLimits(input, d, std::move(candidates), assignment.groups, dropped);
    }
    allDropped.insert(allDropped.end(), dropped.begin(), dropped.end());
    if (dropped.empty()) {
      assignment.dropped = std::move(allDropped);
      return assignment;
    }
    for (const Dropped& one : dropped) {
      for (NodeId node : one.nodes) choice.takeAway(one.delegate, node);
    }
  }
}

}  // namespace trireme::plan
