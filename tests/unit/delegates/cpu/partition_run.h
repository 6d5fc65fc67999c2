#pragma once

#include <gtest/gtest.h>

#include "kernels/reference/evaluate.h"
#include "tests/support/graph_builders.h"
#include "tests/support/tolerance.h"
#include "trireme/delegates.h"

namespace trireme::cpu {

using Bytes = std::vector<std::byte>;

// Every value of a graph by the reference, node by node, from bytes for graph.inputs().
std::vector<Bytes> evaluateAll(const Graph& graph, const std::vector<Bytes>& inputs);
std::vector<Bytes> randomInputs(const Graph& graph, uint64_t seed);

// A whole graph as one partition of a CPU delegate, bound to memory of its own.
class PartitionRun {
 public:
  // Compiles. `outputs`: the partition's; by default those of the graph.
  PartitionRun(const Graph& graph, std::shared_ptr<Delegate> delegate, std::vector<ValueId> outputs = {});
  const CompiledPartition& compiled() const { return *compiled_; }
  const std::vector<ValueId>& outputs() const { return outputs_; }
  // Binds; with `inPlace`, every output that may lie in an input's memory does.
  void bind(bool inPlace = false);
  Event submit(const std::vector<Bytes>& inputs, TraceSink* details = nullptr);
  Event submitAgain() { return bound_->submit(nullptr); }
  Bytes output(size_t i) const;

 private:
  const Graph& graph_;
  std::shared_ptr<Delegate> delegate_;
  std::vector<ValueId> inputs_, outputs_;
  std::vector<NodeId> nodes_;
  std::unique_ptr<CompiledPartition> compiled_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::vector<BufferView> inputViews_, outputViews_;
  std::unique_ptr<BoundPartition> bound_;
};

inline std::shared_ptr<Delegate> cpuWith(int threads, CpuIsa isa = CpuIsa::Auto) {
  CpuOptions options;
  options.threads = threads;
  options.isa = isa;
  return createCpuDelegate(options).value();
}

// Runs the graph both ways and compares every output: integers bit for bit, floats by `Tolerance::floatOperator`, or
// bit for bit where `exact`.
void expectLikeReference(const Graph& graph, std::shared_ptr<Delegate> delegate, bool exact = false);

}  // namespace trireme::cpu
