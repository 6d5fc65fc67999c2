#pragma once

#include "core/plan/support_table.h"

namespace trireme::plan {

// What everything costs, as numbers: every strategy is judged with the same ones.
class CostTable {
 public:
  CostTable() = default;
  CostTable(size_t delegates, size_t nodes) : nodes_(delegates, std::vector<Cost>(nodes)), rates_(delegates) {}
  void setNode(uint32_t delegate, NodeId node, Cost cost) { nodes_[delegate][index(node)] = cost; }
  void setRates(uint32_t delegate, const DeviceRates& rates) { rates_[delegate] = rates; }
  const Cost& node(uint32_t delegate, NodeId node) const { return nodes_[delegate][index(node)]; }
  // A partition: its start and its nodes.
  Cost run(uint32_t delegate, std::span<const NodeId> nodes) const;
  Cost copy(uint32_t delegate, size_t bytes) const;  // between the host and the delegate's device
  Cost handover(uint32_t delegate) const;            // of memory that both can use

 private:
  std::vector<std::vector<Cost>> nodes_;
  std::vector<DeviceRates> rates_;
};

// The delegates' own estimates where they have one, else a roofline from their rates. Nodes that a delegate refuses
// cost 0 and are never asked about.
CostTable estimateCosts(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                        std::span<const DelegateFacts> facts, const SupportTable& support);

}  // namespace trireme::plan
