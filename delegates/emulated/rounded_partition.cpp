// A partition node by node on the wrapped delegate, with every float32 result rounded before it is read.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/check.h"
#include "core/base/clock.h"
#include "delegates/emulated/emulated_partition.h"
#include "delegates/emulated/numerics.h"

namespace trireme::emulated {
namespace {

constexpr std::chrono::milliseconds kSlice{20};  // how late an interruption may be noticed

// Where a value lies when the partition runs.
struct Place {
  enum class Kind : uint8_t { Input, Output, Scratch };
  Kind kind = Kind::Input;
  size_t at = 0;  // number of the input or output, or offset in scratch
  size_t bytes = 0;
  size_t dense = 0;  // bytes of the tensor itself
  bool isFloat = false;
};
// Rounds what lies at `from` into `to`.
struct RoundStep {
  Place from, to;
};
struct NodeStep {
  std::unique_ptr<CompiledPartition> compiled;
  std::vector<Place> inputs, outputs;
  Place scratch;
};
struct Steps {
  std::vector<RoundStep> first;  // the partition's inputs
  std::vector<NodeStep> nodes;
};

struct BoundRound {
  BufferView from, to;
  size_t bytes;
};
struct BoundNode {
  std::unique_ptr<BoundPartition> bound;
  std::vector<BoundRound> results;
};

class BoundRounded final : public BoundPartition {
 public:
  BoundRounded(const PartitionContext& context, const PartitionModel& model, std::vector<BoundRound> first,
               std::vector<BoundNode> nodes, std::unique_ptr<Recall> recall)
      : context_(context),
        model_(model),
        first_(std::move(first)),
        nodes_(std::move(nodes)),
        recall_(std::move(recall)) {
    size_t most = 0;
    const auto note = [&](const std::vector<BoundRound>& list) {
      for (const BoundRound& one : list) most = std::max(most, one.bytes);
    };
    note(first_);
    for (const BoundNode& node : nodes_) note(node.results);
    staging_.resize(most);
  }

  void watch(const Interruption& interruption) noexcept override {
    interruption_ = &interruption;
    for (BoundNode& node : nodes_) node.bound->watch(interruption);
  }

  Event submit(TraceSink* details) override {
    EmulatedDevice& device = context_.device;
    if (Status fault = device.faults().submit(); !fault.ok()) return Event::failed(std::move(fault));
    const double late = device.faults().lateness();
    const TimePoint queued = base::now();
    const Event last = work();
    auto placed = device.queue().place(queued, model_.seconds() + late, last);
    if (details && device.queue().mode() != EmulationMode::Native) model_.record(*details, placed.begin);
    return std::move(placed.event);
  }

 private:
  Event work() {
    if (!recall_) return runAll();
    if (recall_->restore()) return {};
    recall_->noteInputs();
    Event event = runAll();
    recall_->noteOutputs(event.ready() && event.wait().ok());
    return event;
  }

  // The first event that is not reached well, or one that is.
  Event runAll() {
    for (const BoundRound& one : first_) {
      if (const Event event = round(one); !settled(event)) return event;
    }
    for (BoundNode& node : nodes_) {
      if (const Event event = node.bound->submit(nullptr); !settled(event)) return event;
      for (const BoundRound& one : node.results) {
        if (const Event event = round(one); !settled(event)) return event;
      }
    }
    return {};
  }

  // Waits for an event; false when it failed, or when the frame is not wanted any more and the work still runs.
  bool settled(const Event& event) const {
    for (;;) {
      if (event.ready()) return event.wait().ok();
      if (const Status status = event.wait(base::now() + kSlice); status.ok()) return true;
      if (interruption_ && !interruption_->check().ok()) return false;
    }
  }

  Event round(const BoundRound& one) {
    const Numerics& numerics = context_.profile.numerics;
    if (one.from.host() && one.to.host()) {
      roundAll(numerics, {one.from.host(), one.bytes}, {one.to.host(), one.bytes});
      return {};
    }
    const std::span<std::byte> staging(staging_.data(), one.bytes);
    if (const Event down = context_.device.wrapped().download(one.from, staging); !settled(down)) return down;
    roundAll(numerics, staging, staging);
    const Event up = context_.device.wrapped().upload(staging, one.to);
    settled(up);  // the staging memory is used again
    return up;
  }

  const PartitionContext& context_;
  const PartitionModel& model_;
  std::vector<BoundRound> first_;
  std::vector<BoundNode> nodes_;
  std::unique_ptr<Recall> recall_;  // null: not paced
  std::vector<std::byte> staging_;
  const Interruption* interruption_ = nullptr;
};

class RoundedPartition final : public CompiledPartition {
 public:
  RoundedPartition(const PartitionContext& context, PartitionModel model, Steps steps, PartitionNeeds needs,
                   std::vector<CallInfo> calls)
      : context_(context),
        model_(std::move(model)),
        steps_(std::move(steps)),
        needs_(std::move(needs)),
        calls_(std::move(calls)) {}
  const PartitionNeeds& needs() const override { return needs_; }
  std::span<const CallInfo> calls() const override { return calls_; }

  Status load() override {
    for (NodeStep& node : steps_.nodes) TRIREME_TRY(node.compiled->load());
    return {};
  }
  void unload() noexcept override {
    for (NodeStep& node : steps_.nodes) node.compiled->unload();
  }

  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    TRIREME_TRY(context_.device.health());  // the delegate may have another device by now, and with it this memory
    std::vector<BoundRound> first;
    for (const RoundStep& step : steps_.first) {
      TRIREME_ASSIGN(const BufferView from, view(step.from, bindings));
      TRIREME_ASSIGN(const BufferView to, view(step.to, bindings));
      first.push_back({exactly(from, step.from), exactly(to, step.from), step.from.dense});
    }
    std::vector<BoundNode> nodes;
    for (const NodeStep& step : steps_.nodes) {
      TRIREME_ASSIGN(BoundNode node, bindNode(step, bindings));
      nodes.push_back(std::move(node));
    }
    std::vector<BufferView> inputs, outputs;
    TRIREME_TRY(inside(bindings.inputs, inputs));
    TRIREME_TRY(inside(bindings.outputs, outputs));
    return std::unique_ptr<BoundPartition>(
        std::make_unique<BoundRounded>(context_, model_, std::move(first), std::move(nodes),
                                       recallOf(context_.device, std::move(inputs), std::move(outputs))));
  }

 private:
  Status inside(std::span<const BufferView> views, std::vector<BufferView>& list) const {
    for (const BufferView& one : views) {
      TRIREME_ASSIGN(const BufferView view, context_.device.inside(one));
      list.push_back(view);
    }
    return {};
  }
  static BufferView exactly(BufferView view, const Place& place) {
    view.size = place.dense;
    return view;
  }

  Result<BufferView> view(const Place& place, const Bindings& bindings) const {
    if (place.kind == Place::Kind::Input) return context_.device.inside(bindings.inputs[place.at]);
    if (place.kind == Place::Kind::Output) return context_.device.inside(bindings.outputs[place.at]);
    TRIREME_ASSIGN(BufferView scratch, context_.device.inside(bindings.scratch));
    return BufferView{scratch.buffer, scratch.offset + place.at, place.bytes};
  }

  Result<BoundNode> bindNode(const NodeStep& step, const Bindings& bindings) const {
    std::vector<BufferView> inputs, outputs;
    BoundNode node;
    for (const Place& place : step.inputs) {
      TRIREME_ASSIGN(const BufferView one, view(place, bindings));
      inputs.push_back(one);
    }
    for (const Place& place : step.outputs) {
      TRIREME_ASSIGN(const BufferView one, view(place, bindings));
      outputs.push_back(one);
      if (place.isFloat) node.results.push_back({exactly(one, place), exactly(one, place), place.dense});
    }
    BufferView scratch;
    if (step.scratch.bytes > 0) {
      TRIREME_ASSIGN(scratch, view(step.scratch, bindings));
    }
    TRIREME_ASSIGN(node.bound, step.compiled->bind({inputs, outputs, scratch}));
    if (!node.bound) return Status::error(Code::DeviceLost, "the wrapped delegate gave no partition and no reason");
    return node;
  }

  const PartitionContext context_;
  PartitionModel model_;
  Steps steps_;
  PartitionNeeds needs_;
  std::vector<CallInfo> calls_;
};

// Compiles one partition; the steps share these tables.
class Compiler {
 public:
  Compiler(const PartitionContext& context, const PartitionView& partition, const CompileOptions& options)
      : context_(context), partition_(partition), options_(options) {}

  Result<std::unique_ptr<CompiledPartition>> compile() {
    needs_.scratch.alignment = context_.device.memory().alignment;
    for (const ValueId id : partition_.outputs) TRIREME_TRY(border(id, Place::Kind::Output, needs_.outputs));
    for (const ValueId id : partition_.inputs) TRIREME_TRY(border(id, Place::Kind::Input, needs_.inputs));
    for (const NodeId node : partition_.nodes) TRIREME_TRY(addNode(node));
    needs_.scratch.bytes = inner_ + work_;
    for (NodeStep& step : steps_.nodes) step.scratch.at = inner_;
    std::vector<CallInfo> calls = describeCalls(context_.profile, partition_, kernels_);
    return std::unique_ptr<CompiledPartition>(
        std::make_unique<RoundedPartition>(context_, PartitionModel(context_.profile, partition_), std::move(steps_),
                                           std::move(needs_), std::move(calls)));
  }

 private:
  Result<Place> placeOf(ValueId id, Place::Kind kind, size_t at) const {
    const TensorType& type = partition_.graph.value(id).type;
    TRIREME_ASSIGN(const size_t bytes, byteSize(type));
    return Place{kind, at, bytes, bytes, type.dtype == DataType::Float32};
  }

  size_t reserve(size_t bytes) {
    const size_t alignment = needs_.scratch.alignment, at = inner_;
    inner_ += (bytes + alignment - 1) / alignment * alignment;
    return at;
  }

  // A value that enters or leaves the partition. Nodes read floats that enter from a rounded copy.
  Status border(ValueId id, Place::Kind kind, std::vector<BufferNeed>& needs) {
    TRIREME_ASSIGN(const Place place, placeOf(id, kind, needs.size()));
    needs.push_back({place.dense, context_.device.memory().alignment});
    if (kind == Place::Kind::Input && place.isFloat) {
      TRIREME_ASSIGN(const Place copy, placeOf(id, Place::Kind::Scratch, reserve(place.dense)));
      steps_.first.push_back({place, copy});
      places_.emplace(id, copy);
    } else {
      places_.emplace(id, place);
    }
    return {};
  }

  Result<Place> find(ValueId id, const BufferNeed& need) {
    if (const auto known = places_.find(id); known != places_.end()) {
      Place place = known->second;
      if (need.bytes <= place.bytes) return place;
      return Status::error(Code::Unsupported, fmt::format("the wrapped delegate wants {} bytes for '{}', which has {}",
                                                          need.bytes, partition_.graph.value(id).name, place.bytes));
    }
    TRIREME_ASSIGN(Place place, placeOf(id, Place::Kind::Scratch, 0));
    place.bytes = std::max(place.dense, need.bytes);
    place.at = reserve(place.bytes);
    places_.emplace(id, place);
    return place;
  }

  Status addNode(NodeId id) {
    const Node& node = partition_.graph.node(id);
    std::vector<ValueId> inputs;
    for (const ValueId input : node.inputs) {
      const bool known = input == kNoValue || std::ranges::find(inputs, input) != inputs.end();
      if (!known && !partition_.graph.value(input).isConstant) inputs.push_back(input);
    }
    const PartitionView alone{partition_.graph, {&id, 1}, inputs, node.outputs};
    NodeStep step;
    TRIREME_ASSIGN(step.compiled, context_.wrapped.compile(alone, options_));
    if (!step.compiled) return Status::error(Code::Internal, "the wrapped delegate gave no partition and no reason");
    const PartitionNeeds& needs = step.compiled->needs();
    if (needs.inputs.size() != inputs.size() || needs.outputs.size() != node.outputs.size()) {
      return Status::error(Code::Internal, "the wrapped delegate's needs do not match the node");
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      TRIREME_ASSIGN(const Place place, find(inputs[i], needs.inputs[i]));
      step.inputs.push_back(place);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      TRIREME_ASSIGN(const Place place, find(node.outputs[i], needs.outputs[i]));
      step.outputs.push_back(place);
    }
    note(needs);
    step.scratch = {Place::Kind::Scratch, 0, needs.scratch.bytes, needs.scratch.bytes, false};
    for (const CallInfo& call : step.compiled->calls()) kernels_.push_back(call);
    steps_.nodes.push_back(std::move(step));
    return {};
  }

  void note(const PartitionNeeds& needs) {
    work_ = std::max(work_, needs.scratch.bytes);
    needs_.weightBytes += needs.weightBytes;
    if (needs.maxBound > 0)
      needs_.maxBound = needs_.maxBound == 0 ? needs.maxBound : std::min(needs_.maxBound, needs.maxBound);
  }

  const PartitionContext& context_;
  const PartitionView& partition_;
  const CompileOptions& options_;
  std::map<ValueId, Place> places_;
  Steps steps_;
  PartitionNeeds needs_;
  std::vector<CallInfo> kernels_;
  size_t inner_ = 0, work_ = 0;  // bytes of values between nodes, and of the largest node's scratch
};

}  // namespace

Result<std::unique_ptr<CompiledPartition>> compileRounded(const PartitionContext& context,
                                                          const PartitionView& partition,
                                                          const CompileOptions& options) {
  return Compiler(context, partition, options).compile();
}

}  // namespace trireme::emulated
