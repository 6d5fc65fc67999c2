#pragma once

#include <atomic>
#include <functional>

#include "trireme/trireme.h"

namespace trireme::core {

// A delegate in host memory that runs RELU on float32 as x + 1, so that a test sees who computed a value.
class PlusOne final : public Delegate {
 public:
  explicit PlusOne(std::string name = "plus");
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph& graph, NodeId node) const override;
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition, const CompileOptions&) override;

  DelegateInfo info_;
  std::function<Event()> onSubmit;  // its event, in place of success
  std::function<Status()> onCompile, onBind;
  std::atomic<int> compiled{0}, bound{0}, submitted{0};
  int maxBound = 0;
};

}  // namespace trireme::core
