#include "delegates/emulated/emulated_partition.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "delegates/emulated/cost_model.h"
#include "delegates/emulated/numerics.h"
#include "trireme/plan.h"

namespace trireme::emulated {
namespace {

int64_t nanoseconds(TimePoint time, double later) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count() + int64_t(later * 1e9);
}

class BoundWhole final : public BoundPartition {
 public:
  BoundWhole(EmulatedDevice& device, const PartitionModel& model, std::unique_ptr<BoundPartition> wrapped,
             std::unique_ptr<Recall> recall)
      : device_(device), model_(model), wrapped_(std::move(wrapped)), recall_(std::move(recall)) {}
  void watch(const Interruption& interruption) noexcept override { wrapped_->watch(interruption); }
  Event submit(TraceSink* details) override {
    if (Status fault = device_.faults().submit(); !fault.ok()) return Event::failed(std::move(fault));
    const double late = device_.faults().lateness();
    const bool native = device_.queue().mode() == EmulationMode::Native;
    const TimePoint queued = base::now();
    auto placed = device_.queue().place(queued, model_.seconds() + late, work(native ? details : nullptr));
    if (details && !native) model_.record(*details, placed.begin);
    return std::move(placed.event);
  }

 private:
  Event work(TraceSink* details) {
    if (!recall_) return wrapped_->submit(details);
    if (recall_->restore()) return {};
    recall_->noteInputs();
    Event event = wrapped_->submit(details);
    recall_->noteOutputs(event.ready() && event.wait().ok());
    return event;
  }

  EmulatedDevice& device_;
  const PartitionModel& model_;
  std::unique_ptr<BoundPartition> wrapped_;
  std::unique_ptr<Recall> recall_;  // null: not paced
};

class WholePartition final : public CompiledPartition {
 public:
  WholePartition(EmulatedDevice& device, PartitionModel model, std::unique_ptr<CompiledPartition> wrapped,
                 std::vector<CallInfo> calls)
      : device_(device), model_(std::move(model)), wrapped_(std::move(wrapped)), calls_(std::move(calls)) {}
  const PartitionNeeds& needs() const override { return wrapped_->needs(); }
  Status load() override { return wrapped_->load(); }
  void unload() noexcept override { wrapped_->unload(); }
  std::span<const CallInfo> calls() const override { return calls_; }

  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    TRIREME_TRY(device_.health());  // the delegate may have another device by now, and with it this memory
    std::vector<BufferView> inputs, outputs;
    TRIREME_TRY(translate(bindings.inputs, inputs));
    TRIREME_TRY(translate(bindings.outputs, outputs));
    TRIREME_ASSIGN(const BufferView scratch, device_.inside(bindings.scratch));
    TRIREME_ASSIGN(std::unique_ptr<BoundPartition> bound, wrapped_->bind({inputs, outputs, scratch}));
    if (!bound) return bound;
    return std::unique_ptr<BoundPartition>(std::make_unique<BoundWhole>(
        device_, model_, std::move(bound), recallOf(device_, std::move(inputs), std::move(outputs))));
  }

 private:
  Status translate(std::span<const BufferView> views, std::vector<BufferView>& inside) const {
    for (const BufferView& view : views) {
      TRIREME_ASSIGN(const BufferView one, device_.inside(view));
      inside.push_back(one);
    }
    return {};
  }

  EmulatedDevice& device_;
  PartitionModel model_;
  std::unique_ptr<CompiledPartition> wrapped_;
  std::vector<CallInfo> calls_;
};

std::string_view kernelOf(std::span<const CallInfo> kernels, NodeId node) {
  for (const CallInfo& call : kernels) {
    if (std::ranges::find(call.nodes, node) != call.nodes.end()) return call.kernel;
  }
  return "its kernel";
}

}  // namespace

std::unique_ptr<Recall> recallOf(EmulatedDevice& device, std::vector<BufferView> inputs,
                                 std::vector<BufferView> outputs) {
  if (device.queue().mode() != EmulationMode::Paced) return nullptr;
  return std::make_unique<Recall>(std::move(inputs), std::move(outputs));
}

std::vector<CallInfo> describeCalls(const Profile& profile, const PartitionView& partition,
                                    std::span<const CallInfo> kernels) {
  std::vector<CallInfo> calls;
  for (const NodeId node : partition.nodes) {
    const NodeCost cost = nodeCost(profile, partition.graph, node);
    CallInfo call{{node},
                  "emulated",
                  fmt::format("modelled {:.1f} us ({}); computed by {} of {}", cost.seconds() * 1e6, describe(cost),
                              kernelOf(kernels, node), profile.over)};
    if (!profile.exact()) {
      call.why += fmt::format(", rounded to {}; the width of accumulators is not emulated",
                              formatName(profile.numerics.format));
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

PartitionModel::PartitionModel(const Profile& profile, const PartitionView& partition)
    : start_(profile.perf.partitionSeconds) {
  double end = start_;
  for (const NodeId node : partition.nodes) {
    end += nodeCost(profile, partition.graph, node).seconds();
    ends_.push_back(end);
  }
}

void PartitionModel::record(TraceSink& sink, TimePoint begin) const {
  double from = start_;
  for (uint32_t call = 0; call < ends_.size(); ++call) {
    sink.record({SpanKind::Node, 0, call, 0, nanoseconds(begin, from), nanoseconds(begin, ends_[call]), 0});
    from = ends_[call];
  }
}

Result<std::unique_ptr<CompiledPartition>> compileWhole(const PartitionContext& context, const PartitionView& partition,
                                                        const CompileOptions& options) {
  TRIREME_ASSIGN(std::unique_ptr<CompiledPartition> wrapped, context.wrapped.compile(partition, options));
  if (!wrapped) return wrapped;
  std::vector<CallInfo> calls(wrapped->calls().begin(), wrapped->calls().end());
  if (context.device.queue().mode() != EmulationMode::Native) calls = describeCalls(context.profile, partition, calls);
  return std::unique_ptr<CompiledPartition>(std::make_unique<WholePartition>(
      context.device, PartitionModel(context.profile, partition), std::move(wrapped), std::move(calls)));
}

}  // namespace trireme::emulated
