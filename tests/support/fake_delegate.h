#pragma once

#include "tests/support/fake_partition.h"

namespace trireme::fake {

// The delegate of a FakeDevice. Asks the reference kernels what it can do, within its options.
class FakeDelegate final : public Delegate {
 public:
  FakeDelegate(const FakeOptions& options, std::shared_ptr<Script> script);
  ~FakeDelegate() override;
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return device_; }
  Support supports(const Graph& graph, NodeId node) const override;
  std::vector<Support> query(const Graph& graph) const override;
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override;

 private:
  FakeOptions options_;
  std::shared_ptr<Script> script_;
  DelegateInfo info_;
  FakeDevice device_;
};

// A fake and its script. The script may outlive it.
struct Fake {
  explicit Fake(const FakeOptions& options = {})
      : script(std::make_shared<Script>()), delegate(std::make_shared<FakeDelegate>(options, script)) {}
  std::shared_ptr<Script> script;
  std::shared_ptr<FakeDelegate> delegate;
};

}  // namespace trireme::fake
