#pragma once

#include "trireme/delegate.h"

namespace trireme::core {

// Another delegate, call by call: the base of those that differ from it in a few things.
class ForwardingDelegate : public Delegate {
 public:
  explicit ForwardingDelegate(std::shared_ptr<Delegate> inner) : inner_(std::move(inner)) {}
  const DelegateInfo& info() const override { return inner_->info(); }
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

 protected:
  Delegate& inner() const { return *inner_; }

 private:
  std::shared_ptr<Delegate> inner_;
};

}  // namespace trireme::core
