#include "delegates/gpu/gpu_delegate.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "delegates/gpu/costs.h"
#include "delegates/gpu/gpu_partition.h"

namespace trireme::gpu {
namespace {

// What a run of nodes reads from outside and leaves for others.
struct Border {
  std::vector<ValueId> inputs, outputs;
};
Border borderOf(const Graph& graph, std::span<const NodeId> nodes) {
  const std::unordered_set<NodeId> inside(nodes.begin(), nodes.end());
  const auto isInside = [&](NodeId id) { return inside.contains(id); };
  std::unordered_set<ValueId> known, wanted(graph.outputs().begin(), graph.outputs().end());
  for (const StateSlot& slot : graph.state()) wanted.insert(slot.written);
  Border border;
  for (const NodeId id : nodes) {
    for (const ValueId input : graph.node(id).inputs) {
      if (input == kNoValue || graph.value(input).isConstant || !known.insert(input).second) continue;
      const auto producer = graph.producer(input);
      if (!producer || !isInside(*producer)) border.inputs.push_back(input);
    }
    for (const ValueId output : graph.node(id).outputs) {
      const auto readers = graph.consumers(output);
      if (wanted.contains(output) || !std::all_of(readers.begin(), readers.end(), isInside)) {
        border.outputs.push_back(output);
      }
    }
  }
  return border;
}

class GpuDelegate final : public Delegate {
 public:
  GpuDelegate(std::unique_ptr<GpuDevice> device, const GpuDelegateOptions& options)
      : device_(std::move(device)), precision_(options.precision), measures_(options.measures) {
    info_.name = options.name;
    info_.device = device_->name();
    info_.driver = options.driver;
    info_.asynchronous = true;
    info_.precision = options.precision.value_or(Precision::Exact);
    const GpuRates guess = guessRates(device_->limits());
    info_.rates = {guess.matrixFlops, guess.bytesPerSecond, guess.submitSeconds, guess.copyBytesPerSecond,
                   guess.copyStartSeconds};
  }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return *device_; }
  Support supports(const Graph& graph, NodeId node) const override {
    return supportsNode(graph, graph.node(node), device_->limits());
  }
  std::optional<Cost> estimate(const Graph& graph, std::span<const NodeId> nodes) const override {
    const Border border = borderOf(graph, nodes);
    const auto lowered = lowerPartition({graph, nodes, border.inputs, border.outputs}, device_->limits(),
                                        precision_.value_or(Precision::Exact), LowerFor::Pricing);
    if (!lowered.ok()) return std::nullopt;
    return Cost{secondsOf(lowered.value().list, rates())};
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                     const CompileOptions& options) override {
    return compilePartition(partition, *device_, precision_.value_or(options.precision), warm_);
  }

 private:
  const GpuRates& rates() const {
    std::call_once(measured_, [&] {
      rates_ = guessRates(device_->limits());
      if (!measures_) return;
      const Result<GpuRates> found = measureRates(*device_);
      if (found.ok()) rates_ = found.value();  // else its compile or its first run will tell
    });
    return rates_;
  }

  std::unique_ptr<GpuDevice> device_;
  std::optional<Precision> precision_;
  bool measures_;
  DelegateInfo info_;
  WarmKernels warm_;
  mutable std::once_flag measured_;
  mutable GpuRates rates_;
};

}  // namespace

std::shared_ptr<Delegate> makeGpuDelegate(std::unique_ptr<GpuDevice> device, const GpuDelegateOptions& options) {
  return std::make_shared<GpuDelegate>(std::move(device), options);
}

}  // namespace trireme::gpu
