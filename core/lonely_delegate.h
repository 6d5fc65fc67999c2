#pragma once

#include "trireme/delegate.h"

namespace trireme::core {

// A delegate that is given one node a partition, so that each node's time can be seen. Everything else is the other's.
class LonelyDelegate final : public Delegate {
 public:
  explicit LonelyDelegate(std::shared_ptr<Delegate> inner) : inner_(std::move(inner)), info_(inner_->info()) {
    info_.limits = {.minNodes = 1, .maxNodes = 1, .maxPartitions = UINT32_MAX};
  }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return inner_->device(); }
  void renew() override { inner_->renew(); }
  Support supports(const Graph& graph, NodeId node) const override { return inner_->supports(graph, node); }
  std::vector<Support> query(const Graph& graph) const override { return inner_->query(graph); }
  std::optional<Cost> estimate(const Graph& graph, std::span<const NodeId> nodes) const override {
    return inner_->estimate(graph, nodes);
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    return inner_->compile(partition, options);
  }

 private:
  std::shared_ptr<Delegate> inner_;
  DelegateInfo info_;
};

}  // namespace trireme::core
