#pragma once

#include "core/plan/delegate_facts.h"

namespace trireme::plan {

// Every delegate's answer about every node. After the query it only loses entries, so planning ends.
class SupportTable {
 public:
  SupportTable() = default;
  SupportTable(size_t delegates, size_t nodes) : answers_(delegates, std::vector<Support>(nodes)) {}
  const Support& at(uint32_t delegate, NodeId node) const { return answers_[delegate][index(node)]; }
  bool can(uint32_t delegate, NodeId node) const { return at(delegate, node).ok(); }
  void answer(uint32_t delegate, std::vector<Support> answers) { answers_[delegate] = std::move(answers); }
  void deny(uint32_t delegate, NodeId node, ReasonCode code, std::string_view detail) {
    answers_[delegate][index(node)].require(false, code, detail);
  }
  void denyAll(uint32_t delegate, ReasonCode code, std::string_view detail);
  size_t delegates() const { return answers_.size(); }
  size_t nodes() const { return answers_.empty() ? 0 : answers_[0].size(); }

 private:
  std::vector<std::vector<Support>> answers_;
};

// Asks each delegate once for the whole graph. One that throws, or gives another number of answers than there are
// nodes, takes nothing, and the table says why.
SupportTable querySupport(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                          std::span<const DelegateFacts> facts);

// "fake: DataType: the input must be float32; cpu: ...", every refusal of one node.
std::string refusalsOf(const SupportTable& support, std::span<const DelegateFacts> facts, NodeId node);

}  // namespace trireme::plan
