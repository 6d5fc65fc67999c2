#pragma once

#include <map>

#include "core/plan/measured_costs.h"
#include "core/plan/support_table.h"

namespace trireme::plan {

// What everything costs, as numbers: every strategy is judged with the same ones.
class CostTable {
 public:
  // What a node saves in the partition of this producer, whose outputs nobody else reads: the two are fused.
  struct Fusion {
    NodeId producer;
    Cost saved;
  };
  CostTable() = default;
  CostTable(size_t delegates, size_t nodes)
      : nodes_(delegates, std::vector<Cost>(nodes)), fusions_(delegates), rates_(delegates), spreads_(delegates) {}
  void setNode(uint32_t delegate, NodeId node, Cost cost) { nodes_[delegate][index(node)] = cost; }
  void setRates(uint32_t delegate, const DeviceRates& rates) { rates_[delegate] = rates; }
  void addFusion(uint32_t delegate, NodeId node, const Fusion& fusion);
  const Cost& node(uint32_t delegate, NodeId node) const { return nodes_[delegate][index(node)]; }
  const DeviceRates& rates(uint32_t delegate) const { return rates_[delegate]; }
  std::span<const Fusion> fusions(uint32_t delegate, NodeId node) const;
  // What the fusion saves at today's prices: never more than the cheaper of its two nodes, so no run is below 0.
  Cost saved(uint32_t delegate, NodeId node, const Fusion& fusion) const;
  Cost start(uint32_t delegate) const;
  // A partition: its start and its nodes (ascending), each less the best fusion with a producer among them.
  Cost run(uint32_t delegate, std::span<const NodeId> nodes) const;
  Cost copy(uint32_t delegate, size_t bytes) const;  // between the host and the delegate's device
  Cost handover(uint32_t delegate) const;            // of memory that both can use
  bool measured(uint32_t delegate) const;            // whether its price of any node is
  void setSpread(uint32_t delegate, double spread) { spreads_[delegate] = spread; }
  double spread(uint32_t delegate) const { return spreads_[delegate]; }  // as in MeasuredCosts

 private:
  std::vector<std::vector<Cost>> nodes_;
  std::vector<std::map<NodeId, std::vector<Fusion>>> fusions_;
  std::vector<DeviceRates> rates_;
  std::vector<double> spreads_;
};

// What a delegate says of one node, or a roofline from its rates where it says nothing. Measures nothing.
Cost estimateNode(const Graph& graph, const Delegate& delegate, const DeviceRates& rates, NodeId node);

// What was measured, by signature, where it was; else the delegates' own estimates, corrected by what was measured of
// the same family, or a roofline from their rates. Nodes that a delegate refuses cost 0 and are never asked about. A
// delegate that estimates a node and its only reader below their sum, or was measured so, has a fusion. `measured`: by
// delegate, or empty.
CostTable makeCostTable(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                        std::span<const DelegateFacts> facts, const SupportTable& support,
                        const MeasuredList& measured = {});

}  // namespace trireme::plan
