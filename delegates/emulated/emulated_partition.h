#pragma once

#include "delegates/emulated/emulated_device.h"
#include "delegates/emulated/recall.h"

namespace trireme::emulated {

// What compiling a partition of an emulated device needs; all of it outlives the partition.
struct PartitionContext {
  const Profile& profile;
  Delegate& wrapped;
  EmulatedDevice& device;
};

// A call a node, with what the model says of it; `kernels`: the wrapped delegate's calls, to name its kernels.
std::vector<CallInfo> describeCalls(const Profile& profile, const PartitionView& partition,
                                    std::span<const CallInfo> kernels);

// Of a paced device; null for the others.
std::unique_ptr<Recall> recallOf(EmulatedDevice& device, std::vector<BufferView> inputs,
                                 std::vector<BufferView> outputs);

// When a partition's nodes begin and end on the emulated device, from the partition's begin on.
class PartitionModel {
 public:
  PartitionModel(const Profile& profile, const PartitionView& partition);
  double seconds() const { return ends_.empty() ? start_ : ends_.back(); }
  void record(TraceSink& sink, TimePoint begin) const;  // a span a node

 private:
  double start_;
  std::vector<double> ends_;
};

// The whole partition by one partition of the wrapped delegate: same bits.
Result<std::unique_ptr<CompiledPartition>> compileWhole(const PartitionContext& context, const PartitionView& partition,
                                                        const CompileOptions& options);
// Node by node, each result rounded as the profile says before the next node reads it; inputs are rounded first.
Result<std::unique_ptr<CompiledPartition>> compileRounded(const PartitionContext& context,
                                                          const PartitionView& partition,
                                                          const CompileOptions& options);

}  // namespace trireme::emulated
