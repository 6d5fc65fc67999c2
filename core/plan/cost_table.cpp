#include "core/plan/cost_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <optional>

#include "core/graph/signature.h"
#include "core/graph/work.h"

namespace trireme::plan {
namespace {

constexpr double kUnknownRate = 1e9;  // a second, where a delegate states none

double positive(double rate) { return std::isfinite(rate) && rate > 0 ? rate : kUnknownRate; }
double notNegative(double seconds) { return std::isfinite(seconds) && seconds > 0 ? seconds : 0; }

Cost roofline(const graph::Work& work, const DeviceRates& rates) {
  Cost cost;
  cost.seconds = std::max(double(work.operations) / positive(rates.flopsPerSecond),
                          double(work.bytes) / positive(rates.bytesPerSecond));
  return cost;
}

std::optional<Cost> askDelegate(const Graph& graph, const Delegate& delegate, std::span<const NodeId> run) {
  try {
    const std::optional<Cost> cost = delegate.estimate(graph, run);
    if (cost && std::isfinite(cost->seconds) && cost->seconds >= 0) return cost;
  } catch (const std::exception&) {  // an estimate is advice; the roofline does as well
  } catch (...) {
  }
  return std::nullopt;
}

// The one node that reads what this one writes; none: nobody, several, or the end of the graph.
std::optional<NodeId> onlyReader(const Graph& graph, NodeId node) {
  std::optional<NodeId> reader;
  for (ValueId value : graph.node(node).outputs) {
    if (value == kNoValue) continue;
    if (std::ranges::find(graph.outputs(), value) != graph.outputs().end()) return std::nullopt;
    for (NodeId one : graph.consumers(value)) {
      if (reader && *reader != one) return std::nullopt;
      reader = one;
    }
  }
  return reader;
}

// The prices of one delegate: one column of the table.
class Column {
 public:
  Column(const Graph& graph, const Delegate& delegate, uint32_t number, const MeasuredCosts* measured, CostTable& table)
      : graph_(graph),
        delegate_(delegate),
        number_(number),
        measured_(measured),
        table_(table),
        estimated_(graph.nodes().size()),
        isMeasured_(graph.nodes().size()),
        signatures_(graph.nodes().size()) {
    if (measured_) correction_ = Correction(*measured_);
  }

  void price(NodeId node, const DeviceRates& rates) {
    const auto own = askDelegate(graph_, delegate_, std::array{node});
    estimated_[index(node)] = own.has_value();
    Cost cost = own ? *own : roofline(graph::nodeWork(graph_, node), rates);
    if (measured_) correct(node, cost);
    table_.setNode(number_, node, cost);
  }

  // Pairs only: longer chains that fuse are pairs after pairs.
  void findFusions() {
    for (uint32_t i = 0; i < graph_.nodes().size(); ++i) {
      if (!estimated_[i] && !isMeasured_[i]) continue;
      const auto reader = onlyReader(graph_, NodeId{i});
      if (!reader) continue;
      if (isMeasured_[i] && isMeasured_[index(*reader)]) {
        addMeasuredFusion(NodeId{i}, *reader);
      } else if (estimated_[i] && estimated_[index(*reader)]) {
        askFusion(NodeId{i}, *reader);
      }
    }
  }

 private:
  void correct(NodeId node, Cost& cost) {
    std::string& signature = signatures_[index(node)] = graph::signatureOf(graph_, node);
    const auto found = measured_->nodes.find(signature);
    if (found == measured_->nodes.end()) {
      cost.seconds *= correction_.factor(graph::familyOf(signature));
    } else {
      cost.seconds = found->second.seconds;
      cost.source = Cost::Source::Measured;
      isMeasured_[index(node)] = true;
    }
  }

  void addMeasuredFusion(NodeId producer, NodeId reader) {
    const auto found = measured_->fusions.find(fusionKey(signatures_[index(producer)], signatures_[index(reader)]));
    if (found == measured_->fusions.end()) return;
    Cost saved;
    saved.seconds = found->second;
    saved.source = Cost::Source::Measured;
    table_.addFusion(number_, reader, {producer, saved});
  }

  void askFusion(NodeId producer, NodeId reader) {
    const auto first = askDelegate(graph_, delegate_, std::array{producer});
    const auto second = askDelegate(graph_, delegate_, std::array{reader});
    const auto both = askDelegate(graph_, delegate_, std::array{producer, reader});
    if (!first || !second || !both) return;
    Cost saved = *both;
    saved.seconds = first->seconds + second->seconds - both->seconds;
    saved.joules = first->joules + second->joules - both->joules;
    if (saved.seconds > 1e-9 * both->seconds) table_.addFusion(number_, reader, {producer, saved});
  }

  const Graph& graph_;
  const Delegate& delegate_;
  uint32_t number_;
  const MeasuredCosts* measured_;
  CostTable& table_;
  std::vector<bool> estimated_, isMeasured_;  // by the delegate itself; in the table of measurements
  std::vector<std::string> signatures_;
  Correction correction_;
};

void applyMeasured(const MeasuredCosts& measured, DeviceRates& rates) {
  rates.startSeconds = measured.startSeconds.value_or(rates.startSeconds);
  rates.copyStartSeconds = measured.copyStartSeconds.value_or(rates.copyStartSeconds);
  rates.copyBytesPerSecond = measured.copyBytesPerSecond.value_or(rates.copyBytesPerSecond);
}

}  // namespace

void CostTable::addFusion(uint32_t delegate, NodeId node, const Fusion& fusion) {
  fusions_[delegate][node].push_back(fusion);
}

std::span<const CostTable::Fusion> CostTable::fusions(uint32_t delegate, NodeId node) const {
  const auto found = fusions_[delegate].find(node);
  return found == fusions_[delegate].end() ? std::span<const Fusion>() : std::span<const Fusion>(found->second);
}

Cost CostTable::saved(uint32_t delegate, NodeId node, const Fusion& fusion) const {
  const Cost &first = this->node(delegate, fusion.producer), &second = this->node(delegate, node);
  Cost cost = fusion.saved;
  cost.seconds = std::min({notNegative(cost.seconds), first.seconds, second.seconds});
  cost.joules = std::min({cost.joules, first.joules, second.joules});
  return cost;
}

Cost CostTable::start(uint32_t delegate) const {
  Cost cost;
  cost.seconds = notNegative(rates_[delegate].startSeconds);
  return cost;
}

Cost CostTable::run(uint32_t delegate, std::span<const NodeId> nodes) const {
  Cost total = start(delegate);
  if (!nodes.empty()) total.source = node(delegate, nodes.front()).source;
  for (NodeId id : nodes) {
    if (node(delegate, id).source != total.source) total.source = Cost::Source::Estimated;
    Cost best;
    for (const Fusion& fusion : fusions(delegate, id)) {
      const Cost one = saved(delegate, id, fusion);
      if (one.seconds > best.seconds && std::ranges::binary_search(nodes, fusion.producer)) best = one;
    }
    total.seconds += node(delegate, id).seconds - best.seconds;
    total.joules += node(delegate, id).joules - best.joules;
  }
  return total;
}

Cost CostTable::copy(uint32_t delegate, size_t bytes) const {
  Cost cost = handover(delegate);
  cost.seconds += double(bytes) / positive(rates_[delegate].copyBytesPerSecond);
  return cost;
}

Cost CostTable::handover(uint32_t delegate) const {
  Cost cost;
  cost.seconds = notNegative(rates_[delegate].copyStartSeconds);
  return cost;
}

bool CostTable::measured(uint32_t delegate) const {
  return std::ranges::any_of(nodes_[delegate], [](const Cost& cost) { return cost.source == Cost::Source::Measured; });
}

Cost estimateNode(const Graph& graph, const Delegate& delegate, const DeviceRates& rates, NodeId node) {
  const auto own = askDelegate(graph, delegate, std::array{node});
  return own ? *own : roofline(graph::nodeWork(graph, node), rates);
}

CostTable makeCostTable(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                        std::span<const DelegateFacts> facts, const SupportTable& support,
                        const MeasuredList& measured) {
  CostTable table(delegates.size(), graph.nodes().size());
  for (uint32_t d = 0; d < delegates.size(); ++d) {
    const MeasuredCosts* known = d < measured.size() ? measured[d].get() : nullptr;
    DeviceRates rates = facts[d].rates;
    Column column(graph, *delegates[d], d, known, table);
    for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
      if (support.can(d, NodeId{i})) column.price(NodeId{i}, rates);
    }
    column.findFusions();
    if (known) applyMeasured(*known, rates);
    if (known) table.setSpread(d, known->spread);
    table.setRates(d, rates);
  }
  return table;
}

}  // namespace trireme::plan
