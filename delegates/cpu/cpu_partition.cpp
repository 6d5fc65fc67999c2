#include "delegates/cpu/cpu_partition.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/clock.h"
#include "delegates/cpu/partition_memory.h"
#include "trireme/plan.h"

namespace trireme::cpu {
namespace {

constexpr size_t kAlignment = 64;
// Waking workers that sleep costs tens of microseconds.
constexpr double kSerialSeconds = 20e-6;
constexpr int64_t kChunksAThread = 5;

// A kernel call with everything but addresses.
struct Call {
  Lowered lowered;
  std::string node;  // for errors
  std::vector<Place> inputs, outputs;
  int64_t chunk = 0;  // rows at a time; all of them: in the caller's thread
};

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

class CpuPartition final : public CompiledPartition {
 public:
  CpuPartition(ThreadPool& pool, std::vector<Call> calls, std::vector<CallInfo> infos, PartitionNeeds needs,
               size_t innerBytes, size_t threadBytes)
      : pool_(pool),
        calls_(std::move(calls)),
        infos_(std::move(infos)),
        needs_(std::move(needs)),
        innerBytes_(innerBytes),
        threadBytes_(threadBytes) {}
  const PartitionNeeds& needs() const override { return needs_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override;
  std::span<const CallInfo> calls() const override { return infos_; }

 private:
  Status requireBindings(const Bindings& bindings) const;

  ThreadPool& pool_;
  std::vector<Call> calls_;
  std::vector<CallInfo> infos_;
  PartitionNeeds needs_;
  size_t innerBytes_, threadBytes_;
};

// A call with the addresses of one frame.
struct BoundCall {
  const Call* call;
  std::vector<const std::byte*> inputs;
  std::vector<std::byte*> outputs;
};

class BoundCpuPartition final : public BoundPartition {
 public:
  BoundCpuPartition(ThreadPool& pool, std::vector<BoundCall> calls, std::byte* threadScratch, size_t threadBytes)
      : pool_(pool), calls_(std::move(calls)), threadScratch_(threadScratch), threadBytes_(threadBytes) {}

  void watch(const Interruption& interruption) noexcept override { interruption_ = &interruption; }

  Event submit(TraceSink* details) override {
    for (size_t i = 0; i < calls_.size(); ++i) {
      if (interruption_) {
        if (const Status status = interruption_->check(); !status.ok()) return Event::failed(status);
      }
      const TimePoint begin = details ? base::now() : TimePoint();
      if (const Status status = run(calls_[i]); !status.ok()) return Event::failed(status);
      if (details) record(*details, uint32_t(i), begin);
    }
    return {};
  }

 private:
  Status run(const BoundCall& bound) {
    const reference::Prepared& prepared = bound.call->lowered.prepared;
    const reference::Operands operands{bound.inputs, bound.outputs, threadScratch_};
    if (prepared.check) {
      if (const Status status = prepared.check(operands); !status.ok()) return status.during(bound.call->node);
    }
    auto body = [&](int64_t begin, int64_t end, int worker) {
      std::byte* scratch = threadScratch_ + size_t(worker) * threadBytes_;
      prepared.run({bound.inputs, bound.outputs, scratch}, {begin, end});
    };
    pool_.run(prepared.rows, bound.call->chunk, body);
    return {};
  }

  static int64_t nanoseconds(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  }
  static void record(TraceSink& sink, uint32_t call, TimePoint begin) {
    sink.record({SpanKind::Node, 0, call, 0, nanoseconds(begin), nanoseconds(base::now()), 0});
  }

  ThreadPool& pool_;
  std::vector<BoundCall> calls_;
  std::byte* threadScratch_;
  size_t threadBytes_;
  const Interruption* interruption_ = nullptr;
};

Status requireView(const BufferView& view, const BufferNeed& need, std::string_view what, size_t number) {
  if (need.bytes == 0) return {};
  if (view.host() == nullptr || view.size < need.bytes) {
    return Status::error(Code::InvalidArgument, fmt::format("{} {}: {} bytes of host memory expected, found {}", what,
                                                            number, need.bytes, view.host() ? view.size : 0));
  }
  if (reinterpret_cast<uintptr_t>(view.host()) % need.alignment != 0) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("{} {}: its address is no multiple of {}", what, number, need.alignment));
  }
  return {};
}

Status requireViews(std::span<const BufferView> views, std::span<const BufferNeed> needs, std::string_view what) {
  if (views.size() != needs.size()) {
    return Status::error(Code::InvalidArgument,
                         fmt::format("{} {}s expected, found {}", needs.size(), what, views.size()));
  }
  for (size_t i = 0; i < views.size(); ++i) TRIREME_TRY(requireView(views[i], needs[i], what, i));
  return {};
}

Status CpuPartition::requireBindings(const Bindings& bindings) const {
  TRIREME_TRY(requireViews(bindings.inputs, needs_.inputs, "input"));
  TRIREME_TRY(requireViews(bindings.outputs, needs_.outputs, "output"));
  return requireView(bindings.scratch, needs_.scratch, "scratch", 0);
}

std::byte* addressOf(const Place& place, const Bindings& bindings) {
  static std::byte nothing{};  // a tensor without elements is still not an absent one
  const auto orNothing = [](std::byte* address) { return address ? address : &nothing; };
  switch (place.kind) {
    case Place::Kind::Absent:
      return nullptr;
    case Place::Kind::Constant:
      return const_cast<std::byte*>(place.constant);  // only ever read
    case Place::Kind::Input:
      return orNothing(bindings.inputs[place.index].host());
    case Place::Kind::Output:
      return orNothing(bindings.outputs[place.index].host());
    case Place::Kind::Inner:
      return bindings.scratch.host() ? bindings.scratch.host() + place.offset : &nothing;
  }
  return nullptr;
}

Result<std::unique_ptr<BoundPartition>> CpuPartition::bind(const Bindings& bindings) const {
  TRIREME_TRY(requireBindings(bindings));
  std::vector<BoundCall> bound;
  bound.reserve(calls_.size());
  for (const Call& call : calls_) {
    BoundCall entry{&call, {}, {}};
    for (const Place& place : call.inputs) entry.inputs.push_back(addressOf(place, bindings));
    for (const Place& place : call.outputs) entry.outputs.push_back(addressOf(place, bindings));
    bound.push_back(std::move(entry));
  }
  std::byte* scratch = bindings.scratch.host();
  std::unique_ptr<BoundPartition> partition = std::make_unique<BoundCpuPartition>(
      pool_, std::move(bound), scratch ? scratch + innerBytes_ : nullptr, threadBytes_);
  return partition;
}

// In the caller's thread if that is quicker than to share.
int64_t chunkOf(const Lowered& lowered, int threads) {
  const int64_t rows = lowered.prepared.rows;
  if (threads == 1 || lowered.seconds < kSerialSeconds) return std::max<int64_t>(rows, 1);
  return std::max<int64_t>(rows / (threads * kChunksAThread), 1);
}

CallInfo describe(NodeId node, const Lowered& lowered, int64_t chunk, int threads) {
  const int64_t rows = lowered.prepared.rows;
  CallInfo info{{node}, lowered.kernel, lowered.why};
  if (chunk >= rows) {
    info.why += "; in one thread";
  } else {
    info.why += fmt::format("; split over {} {} on {} threads", rows, lowered.units, threads);
  }
  return info;
}

// Compiles one partition; the steps share these tables.
class Compiler {
 public:
  Compiler(const PartitionView& partition, CpuIsa isa, ThreadPool& pool)
      : partition_(partition), isa_(isa), pool_(pool) {}

  Result<std::unique_ptr<CompiledPartition>> compile() {
    for (const NodeId id : partition_.nodes) TRIREME_TRY(lower(id));
    TRIREME_ASSIGN(PartitionMemory memory, planPartitionMemory(partition_, shapes_));
    std::vector<Call> kept;
    for (size_t i = 0; i < calls_.size(); ++i) addCall(i, memory, kept);
    TRIREME_TRY(stateNeeds(memory));
    std::unique_ptr<CompiledPartition> compiled = std::make_unique<CpuPartition>(
        pool_, std::move(kept), std::move(infos_), std::move(needs_), memory.innerBytes, threadBytes_);
    return compiled;
  }

 private:
  Status lower(NodeId id) {
    const Node& node = partition_.graph.node(id);
    Result<Lowered> lowered = lowerNode({partition_.graph, node, isa_});
    if (!lowered.ok()) return lowered.status().during("lowering " + nodeName(node));
    shapes_.push_back({node.inputs, node.outputs, lowered.value().inPlace, lowered.value().isView});
    calls_.push_back({std::move(lowered).value(), nodeName(node), {}, {}, 0});
    return {};
  }

  void addCall(size_t i, const PartitionMemory& memory, std::vector<Call>& kept) {
    const NodeId id = partition_.nodes[i];
    Call& call = calls_[i];
    if (memory.callIsElided[i]) {  // explained all the same, as a call of no rows
      call.lowered.prepared = {.rows = 0, .scratchBytes = 0, .run = {}, .check = {}};
      infos_.push_back({{id}, "view", "shares the bytes of its input"});
    } else {
      call.chunk = chunkOf(call.lowered, pool_.threads());
      infos_.push_back(describe(id, call.lowered, call.chunk, pool_.threads()));
    }
    const Node& node = partition_.graph.node(id);
    const auto placeOf = [&](ValueId value) { return value == kNoValue ? Place() : memory.places[index(value)]; };
    std::transform(node.inputs.begin(), node.inputs.end(), std::back_inserter(call.inputs), placeOf);
    std::transform(node.outputs.begin(), node.outputs.end(), std::back_inserter(call.outputs), placeOf);
    threadBytes_ = std::max(threadBytes_, call.lowered.prepared.scratchBytes);
    needs_.weightBytes += call.lowered.weightBytes;
    kept.push_back(std::move(call));
  }

  Status stateNeeds(const PartitionMemory& memory) {
    for (const ValueId id : partition_.inputs) TRIREME_TRY(addNeed(id, needs_.inputs));
    for (const ValueId id : partition_.outputs) TRIREME_TRY(addNeed(id, needs_.outputs));
    needs_.inPlace = memory.inPlace;
    const size_t threads = size_t(pool_.threads());
    constexpr size_t kMost = size_t{1} << 62;
    if (threadBytes_ > kMost / threads - kAlignment || memory.innerBytes > kMost) {
      return Status::error(Code::OutOfMemory, fmt::format("scratch of {} bytes for each of {} threads is out of reach",
                                                          threadBytes_, threads));
    }
    threadBytes_ = aligned(threadBytes_);
    needs_.scratch = {memory.innerBytes + threads * threadBytes_, kAlignment};
    return {};
  }

  Status addNeed(ValueId id, std::vector<BufferNeed>& needs) const {
    TRIREME_ASSIGN(const size_t bytes, byteSize(partition_.graph.value(id).type));
    const size_t element = size_t(std::max(bitsPerElement(partition_.graph.value(id).type.dtype), 8)) / 8;
    needs.push_back({bytes, element});
    return {};
  }

  const PartitionView& partition_;
  CpuIsa isa_;
  ThreadPool& pool_;
  std::vector<Call> calls_;
  std::vector<CallShape> shapes_;
  std::vector<CallInfo> infos_;
  PartitionNeeds needs_;
  size_t threadBytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, CpuIsa isa,
                                                            ThreadPool& pool) {
  return Compiler(partition, isa, pool).compile();
}

}  // namespace trireme::cpu
