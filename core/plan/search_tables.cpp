#include "core/plan/search_tables.h"

#include <algorithm>
#include <limits>

#include "core/plan/residence.h"

namespace trireme::plan {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

void addOnce(std::vector<uint32_t>& list, uint32_t one) {
  if (std::ranges::find(list, one) == list.end()) list.push_back(one);
}

class Filler {
 public:
  Filler(const StrategyInput& input, SearchTables& tables) : input_(input), tables_(tables) {}

  void fill() {
    numberSpaces();
    tables_.nodes.resize(input_.graph.nodes().size());
    tables_.values.resize(input_.graph.values().size());
    for (uint32_t i = 0; i < tables_.nodes.size(); ++i) link(i);
    fillDelegates();
    markEnds();
    const Sharing sharing = possibleSharing(input_.graph, input_.facts, input_.costs, input_.preserved);
    tables_.exact = sharing.independent;
    for (uint32_t i = 0; i < tables_.values.size(); ++i) priceValue(i, sharing.importers[i]);
    for (uint32_t i = 0; i < tables_.nodes.size(); ++i) priceNode(i);
  }

 private:
  void numberSpaces() {
    for (uint32_t d = 0; d < input_.facts.size(); ++d) {
      const uint32_t space = input_.facts[d].space;
      if (space == d) firstOf_.push_back(d);
      tables_.spaceOf.push_back(space == kHost                   ? 0
                                : tables_.spaceOf.size() > space ? tables_.spaceOf[space]
                                                                 : uint32_t(firstOf_.size()));
    }
    tables_.spaces = uint32_t(firstOf_.size() + 1);
  }

  void link(uint32_t node) {
    SearchNode& own = tables_.nodes[node];
    for (ValueId value : input_.graph.nodes()[node].inputs) {
      if (value == kNoValue || input_.graph.value(value).isConstant) continue;
      addOnce(own.reads, index(value));
      const auto producer = input_.graph.producer(value);
      if (producer) addOnce(own.waits, index(*producer));
    }
    for (ValueId value : input_.graph.nodes()[node].outputs) {
      if (value == kNoValue) continue;
      own.writes.push_back(index(value));
      for (NodeId reader : input_.graph.consumers(value)) addOnce(own.next, index(reader));
    }
    for (uint32_t value : own.reads) tables_.values[value].readers.push_back(node);
  }

  void fillDelegates() {
    for (uint32_t d = 0; d < input_.facts.size(); ++d) {
      tables_.start.push_back(input_.costs.start(d).seconds);
      tables_.acquire.push_back(input_.costs.handover(d).seconds);
      tables_.limits.push_back(limitsOf(input_, d));
      if (tables_.limits[d].maxPartitions < tables_.nodes.size()) tables_.counted.push_back(d);
    }
    tables_.release.push_back(0);
    for (uint32_t first : firstOf_) tables_.release.push_back(input_.costs.handover(first).seconds);
  }

  void markEnds() {
    const auto mark = [&](ValueId value) { tables_.values[index(value)].atEnd = true; };
    for (ValueId value : input_.graph.outputs()) mark(value);
    for (ValueId value : input_.preserved) mark(value);
    for (const StateSlot& slot : input_.graph.state()) mark(slot.written);
    for (uint32_t i = 0; i < tables_.values.size(); ++i) {
      tables_.values[i].given = !input_.graph.producer(ValueId{i}).has_value();
    }
  }

  void priceValue(uint32_t number, const std::vector<uint32_t>& importers) {
    SearchValue& value = tables_.values[number];
    for (uint32_t space : importers) value.importers |= 1u << tables_.spaceOf[space];
    const auto bytes = byteSize(input_.graph.values()[number].type);
    const size_t size = bytes.ok() ? bytes.value() : 0;
    value.down.push_back(0);
    for (uint32_t first : firstOf_) value.down.push_back(input_.costs.copy(first, size).seconds);
    value.bring.resize(tables_.spaces, 0);
    for (uint32_t d = 0; d < input_.facts.size(); ++d) {
      value.up.push_back(input_.costs.copy(d, size).seconds);
      const uint32_t space = tables_.spaceOf[d];
      const bool shared = value.importers >> space & 1;
      if (space != 0) value.bring[space] = std::max(value.bring[space], shared ? tables_.acquire[d] : value.up[d]);
    }
  }

  void priceNode(uint32_t number) {
    SearchNode& node = tables_.nodes[number];
    node.least = kNever;
    for (uint32_t d = 0; d < input_.facts.size(); ++d) {
      const bool can = input_.support.can(d, NodeId{number}) && tables_.limits[d].maxPartitions > 0;
      node.price.push_back(can ? input_.costs.node(d, NodeId{number}).seconds : kNever);
      double most = 0;
      for (const CostTable::Fusion& fusion : input_.costs.fusions(d, NodeId{number})) {
        const double saved = input_.costs.saved(d, NodeId{number}, fusion).seconds;
        const auto link = std::ranges::find_if(
            node.reads, [&](uint32_t value) { return input_.graph.producer(ValueId{value}) == fusion.producer; });
        if (saved <= 0 || link == node.reads.end()) continue;
        node.fusions.push_back({*link, d, saved});
        tables_.values[*link].fuses.emplace_back(d, saved);
        most = std::max(most, saved);
      }
      if (can) node.spaces |= 1u << tables_.spaceOf[d];
      node.least = std::min(node.least, node.price[d] - most);
    }
  }

  const StrategyInput& input_;
  SearchTables& tables_;
  std::vector<uint32_t> firstOf_;  // by space, from 1: its first delegate
};

}  // namespace

bool SearchTables::fits() const {
  return spaces <= kMaxSpaces && limits.size() <= kMaxSearchDelegates && nodes.size() <= kMaxSearchNodes;
}

SearchTables::SearchTables(const StrategyInput& input) { Filler(input, *this).fill(); }

}  // namespace trireme::plan
