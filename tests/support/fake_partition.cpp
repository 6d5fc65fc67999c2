#include "tests/support/fake_partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace trireme::fake {
namespace {

constexpr size_t kScratchAlignment = 64;

size_t aligned(size_t bytes) { return (bytes + kScratchAlignment - 1) / kScratchAlignment * kScratchAlignment; }

// Gives every value of a partition its place.
class Layout {
 public:
  Layout(const PartitionView& view, bool outputsAtEnd, FakePartition::Program& program)
      : view_(view), outputsAtEnd_(outputsAtEnd), program_(program) {}

  Status place() {
    for (size_t i = 0; i < view_.inputs.size(); ++i) {
      TRIREME_ASSIGN(const size_t bytes, byteSize(view_.graph.value(view_.inputs[i]).type));
      places_[view_.inputs[i]] = {Place::Kind::Input, i, bytes};
    }
    for (size_t i = 0; i < view_.outputs.size(); ++i) TRIREME_TRY(placeOutput(i));
    return {};
  }

  Result<Place> of(ValueId id) {
    if (id == kNoValue) return Place{};
    if (const auto found = places_.find(id); found != places_.end()) return found->second;
    const Value& value = view_.graph.value(id);
    TRIREME_ASSIGN(const size_t bytes, byteSize(value.type));
    if (value.isConstant) {
      program_.constants.emplace_back(value.constant.begin(), value.constant.end());
      return places_[id] = {Place::Kind::Constant, program_.constants.size() - 1, bytes};
    }
    return places_[id] = {Place::Kind::Scratch, take(bytes), bytes};
  }

  size_t take(size_t bytes) {
    const size_t at = scratch_;
    scratch_ += aligned(bytes);
    return at;
  }
  size_t scratchBytes() const { return scratch_; }

 private:
  Status placeOutput(size_t number) {
    const ValueId id = view_.outputs[number];
    TRIREME_ASSIGN(const size_t bytes, byteSize(view_.graph.value(id).type));
    places_[id] = {Place::Kind::Output, number, bytes};
    if (outputsAtEnd_) {
      places_[id] = {Place::Kind::Scratch, take(bytes), bytes};
      program_.endings.push_back({places_[id], number});
    }
    return {};
  }

  const PartitionView& view_;
  bool outputsAtEnd_;
  FakePartition::Program& program_;
  std::map<ValueId, Place> places_;
  size_t scratch_ = 0;
};

Result<FakeCall> prepareCall(const PartitionView& view, NodeId id, Layout& layout) {
  const Node& node = view.graph.node(id);
  FakeCall call;
  call.what = fmt::format("node {} {}", index(id), opName(node.op));
  TRIREME_ASSIGN(call.prepared, reference::prepare(view.graph, node));
  for (ValueId input : node.inputs) {
    TRIREME_ASSIGN(Place place, layout.of(input));
    call.inputs.push_back(place);
  }
  for (ValueId output : node.outputs) {
    TRIREME_ASSIGN(Place place, layout.of(output));
    call.outputs.push_back(place);
  }
  call.scratchAt = layout.take(call.prepared.scratchBytes);
  return call;
}

PartitionNeeds needsOf(const PartitionView& view, const FakeOptions& options) {
  const auto need = [&](ValueId id) {
    return BufferNeed{byteSize(view.graph.value(id).type).value(), options.alignment};
  };
  PartitionNeeds needs;
  for (ValueId id : view.inputs) needs.inputs.push_back(need(id));
  for (ValueId id : view.outputs) needs.outputs.push_back(need(id));
  needs.maxBound = options.maxBound;
  if (!options.offersInPlace) return needs;
  for (size_t i = 0; i < needs.inputs.size(); ++i) {
    for (size_t o = 0; o < needs.outputs.size(); ++o) {
      if (needs.outputs[o].bytes <= needs.inputs[i].bytes) needs.inPlace.push_back({uint16_t(i), uint16_t(o)});
    }
  }
  return needs;
}

// What a bound partition runs with. Queued work keeps it alive.
struct BoundState {
  BoundState(const FakeDevice& device, Script& script, std::shared_ptr<const FakePartition::Program> runs,
             const PartitionNeeds& needs, const Bindings& bindings)
      : program(std::move(runs)) {
    for (const BufferView& view : bindings.inputs) inputs.emplace_back(device, script, view, "bind");
    for (const BufferView& view : bindings.outputs) outputs.emplace_back(device, script, view, "bind");
    if (needs.scratch.bytes > 0) scratch.emplace(device, script, bindings.scratch, "bind");
  }

  std::shared_ptr<const FakePartition::Program> program;
  std::vector<BlockUse> inputs, outputs;
  std::optional<BlockUse> scratch;
  std::vector<const std::byte*> readFrom;  // room for the operator with most inputs and outputs
  std::vector<std::byte*> writeTo;
  std::atomic<bool> running{false};

  const std::byte* readable(const Place& place, const std::string& who) const {
    switch (place.kind) {
      case Place::Kind::Absent:
        return nullptr;
      case Place::Kind::Constant:
        return program->constants[place.number].data();
      case Place::Kind::Input:
        return inputs[place.number].block()->read(inputs[place.number].offset(), place.bytes, who);
      case Place::Kind::Output:
        return outputs[place.number].block()->read(outputs[place.number].offset(), place.bytes, who);
      case Place::Kind::Scratch:
        return scratch->block()->read(scratch->offset() + place.number, place.bytes, who);
    }
    return nullptr;
  }
  std::byte* writable(const Place& place) const {
    if (place.kind == Place::Kind::Absent) return nullptr;
    if (place.kind == Place::Kind::Scratch) {
      return scratch->block()->write(scratch->offset() + place.number, place.bytes);
    }
    return outputs[place.number].block()->write(outputs[place.number].offset(), place.bytes);
  }
};

Status runCall(BoundState& state, const FakeCall& call) {
  state.readFrom.clear();
  state.writeTo.clear();
  for (const Place& place : call.inputs) state.readFrom.push_back(state.readable(place, call.what));
  for (const Place& place : call.outputs) state.writeTo.push_back(state.writable(place));
  reference::Operands operands{state.readFrom, state.writeTo, nullptr};
  if (call.prepared.scratchBytes > 0) {
    operands.scratch =
        state.scratch->block()->write(state.scratch->offset() + call.scratchAt, call.prepared.scratchBytes);
  }
  if (call.prepared.check) TRIREME_TRY(call.prepared.check(operands));
  call.prepared.run(operands, {0, call.prepared.rows});
  return {};
}

Status runAll(BoundState& state) {
  for (const FakeCall& call : state.program->calls) TRIREME_TRY(runCall(state, call));
  for (const Ending& ending : state.program->endings) {
    const Place to{Place::Kind::Output, ending.output, ending.from.bytes};
    const std::byte* from = state.readable(ending.from, "the last copy");
    if (to.bytes > 0) std::memcpy(state.writable(to), from, to.bytes);
  }
  for (const BlockUse& output : state.outputs) {
    if (state.program->answersWrong) *output.block()->write(output.offset(), 1) ^= std::byte{0x40};
    if (state.program->overruns > 0) output.block()->spoil(output.offset() + output.size(), state.program->overruns);
  }
  return {};
}

class BoundFake final : public BoundPartition {
 public:
  BoundFake(FakeDevice& device, std::shared_ptr<Script> script, std::shared_ptr<BoundState> state,
            std::shared_ptr<std::atomic<int>> bound)
      : device_(device), script_(std::move(script)), state_(std::move(state)), bound_(std::move(bound)) {
    ++script_->bound;
  }
  ~BoundFake() override {
    if (state_->running) script_->violation("a bound partition was destroyed while its submission ran");
    --*bound_;
    --script_->bound;
  }
  Event submit(TraceSink*) override {
    if (state_->running.exchange(true)) script_->violation("a bound partition was submitted twice at a time");
    // Ends with the queued work, however that ends.
    const std::shared_ptr<void> ending(state_.get(),
                                       [](void* state) { static_cast<BoundState*>(state)->running = false; });
    return device_.push(Call::Submit, 0, [state = state_, ending] { return runAll(*state); });
  }

 private:
  FakeDevice& device_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<BoundState> state_;
  std::shared_ptr<std::atomic<int>> bound_;
};

}  // namespace

FakePartition::FakePartition(FakeDevice& device, std::shared_ptr<Script> script)
    : device_(device), script_(std::move(script)), bound_(std::make_shared<std::atomic<int>>(0)) {
  ++script_->compiled;
}

FakePartition::~FakePartition() {
  if (*bound_ != 0) script_->violation("a compiled partition was destroyed before what it bound");
  if (script_->delegates == 0) script_->violation("a compiled partition outlived its delegate");
  --script_->compiled;
}

Result<std::unique_ptr<CompiledPartition>> FakePartition::create(const PartitionView& view, const FakeOptions& options,
                                                                 FakeDevice& device, std::shared_ptr<Script> script) {
  std::unique_ptr<FakePartition> partition(new FakePartition(device, std::move(script)));
  const auto program = std::make_shared<Program>();
  program->overruns = options.overruns;
  program->answersWrong = options.answersWrong;
  Layout layout(view, options.offersInPlace, *program);
  TRIREME_TRY(layout.place());
  for (NodeId id : view.nodes) {
    TRIREME_ASSIGN(FakeCall call, prepareCall(view, id, layout));
    program->calls.push_back(std::move(call));
    partition->infos_.push_back({{id}, "fake_reference", "the fake device runs the reference kernels"});
  }
  partition->program_ = program;
  partition->needs_ = needsOf(view, options);
  partition->needs_.scratch = {layout.scratchBytes(), options.alignment};
  for (const std::vector<std::byte>& constant : program->constants) partition->needs_.weightBytes += constant.size();
  return std::unique_ptr<CompiledPartition>(std::move(partition));
}

void FakePartition::spoilNeeds() {
  if (!needs_.inputs.empty()) needs_.inputs.pop_back();
  if (!needs_.outputs.empty()) needs_.outputs.pop_back();
}

Status FakePartition::checkBindings(const Bindings& bindings) const {
  const auto fits = [](const BufferView& view, const BufferNeed& need) {
    return view.size >= need.bytes && view.offset % need.alignment == 0;
  };
  bool good = bindings.inputs.size() == needs_.inputs.size() && bindings.outputs.size() == needs_.outputs.size();
  for (size_t i = 0; good && i < needs_.inputs.size(); ++i) good = fits(bindings.inputs[i], needs_.inputs[i]);
  for (size_t i = 0; good && i < needs_.outputs.size(); ++i) good = fits(bindings.outputs[i], needs_.outputs[i]);
  if (needs_.scratch.bytes > 0) good = good && fits(bindings.scratch, needs_.scratch);
  if (good) return {};
  script_->violation("bind was given other memory than the partition needs");
  return Status::error(Code::InvalidArgument, "bindings do not fit the needs");
}

Result<std::unique_ptr<BoundPartition>> FakePartition::bind(const Bindings& bindings) const {
  const std::optional<Trouble> trouble = script_->count(Call::Bind);
  if (trouble && trouble->how == How::Null) return std::unique_ptr<BoundPartition>();
  if (trouble) return strike(*trouble);
  TRIREME_TRY(checkBindings(bindings));
  if (++*bound_ > needs_.maxBound && needs_.maxBound > 0) {
    --*bound_;
    script_->violation(fmt::format("a partition that may be bound {} times was bound once more", needs_.maxBound));
    return Status::error(Code::OutOfMemory, "bound too often");
  }
  auto state = std::make_shared<BoundState>(device_, *script_, program_, needs_, bindings);
  return std::make_unique<BoundFake>(device_, script_, std::move(state), bound_);
}

}  // namespace trireme::fake
