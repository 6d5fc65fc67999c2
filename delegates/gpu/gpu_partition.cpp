#include "delegates/gpu/gpu_partition.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/clock.h"
#include "delegates/gpu/uploads.h"
#include "trireme/plan.h"

namespace trireme::gpu {
namespace {

// What all frames of a partition share: nobody writes it after the partition is compiled.
struct Shared {
  GpuDevice& device;
  DispatchList list;
  std::vector<std::unique_ptr<Buffer>> weights;  // with the slack of reads
  BufferView weightsView(const BufferSpec& spec) const {
    Buffer* const buffer = weights[spec.number].get();
    return {buffer, 0, buffer->size()};
  }
};

class BoundList final : public BoundPartition {
 public:
  BoundList(const Shared& shared, std::unique_ptr<GpuExecutable> executable)
      : shared_(shared), executable_(std::move(executable)) {}

  Event submit(TraceSink* details) override {
    if (details) return submitTimed(*details);
    return executable_->run();
  }

 private:
  // A span a call, from the start of its first dispatch to the end of its last.
  Event submitTimed(TraceSink& sink) {
    if (Status status = executable_->runTimed(times_); !status.ok()) return Event::failed(std::move(status));
    const std::vector<Dispatch>& dispatches = shared_.list.dispatches;
    for (size_t begin = 0; begin < dispatches.size();) {
      size_t end = begin + 1;
      while (end < dispatches.size() && dispatches[end].call == dispatches[begin].call) ++end;
      TraceSpan span{SpanKind::Node,
                     0,
                     dispatches[begin].call,
                     0,
                     base::nanoseconds(times_[begin].begin),
                     base::nanoseconds(times_[end - 1].end),
                     0};
      for (size_t i = begin; i < end; ++i) span.bytes += uint64_t(dispatches[i].bytes);
      sink.record(span);
      begin = end;
    }
    return {};
  }

  const Shared& shared_;
  std::unique_ptr<GpuExecutable> executable_;
  std::vector<Times> times_;
};

class GpuPartition final : public CompiledPartition {
 public:
  GpuPartition(std::unique_ptr<Shared> shared, PartitionNeeds needs, std::vector<CallInfo> calls)
      : shared_(std::move(shared)), needs_(std::move(needs)), calls_(std::move(calls)) {}

  const PartitionNeeds& needs() const override { return needs_; }
  std::span<const CallInfo> calls() const override { return calls_; }
  Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const override {
    TRIREME_TRY(shared_->device.health());  // the delegate may have another device by now, and with it this memory
    std::vector<BufferView> views;
    for (const BufferSpec& buffer : shared_->list.buffers) views.push_back(viewOf(buffer, bindings));
    TRIREME_ASSIGN(std::unique_ptr<GpuExecutable> executable, shared_->device.build(shared_->list, views));
    return std::unique_ptr<BoundPartition>(std::make_unique<BoundList>(*shared_, std::move(executable)));
  }

 private:
  BufferView viewOf(const BufferSpec& buffer, const Bindings& bindings) const {
    switch (buffer.kind) {
      case BufferSpec::Kind::Input:
        return bindings.inputs[buffer.number];
      case BufferSpec::Kind::Output:
        return bindings.outputs[buffer.number];
      case BufferSpec::Kind::Weights:
        return shared_->weightsView(buffer);
      case BufferSpec::Kind::Scratch:
        break;
    }
    return bindings.scratch;
  }

  std::unique_ptr<Shared> shared_;
  PartitionNeeds needs_;
  std::vector<CallInfo> calls_;
};

// Each once, in the order of first use.
std::vector<KernelKey> kernelsOf(const DispatchList& list) {
  std::vector<KernelKey> keys;
  std::set<KernelKey> known;
  for (const Dispatch& dispatch : list.dispatches) {
    if (known.insert(dispatch.kernel).second) keys.push_back(dispatch.kernel);
  }
  return keys;
}

// "D=f16 S=f32 ..." as " f32 to f16", "T=i8" as " i8": what people want to know of a variant.
std::string storagesOf(std::string_view variant) {
  const auto valueOf = [&](std::string_view name) {
    const size_t at = (" " + std::string(variant)).find(" " + std::string(name) + "=");
    if (at == std::string::npos) return std::string();
    const std::string_view rest = variant.substr(at + name.size() + 1);
    return std::string(rest.substr(0, rest.find(' ')));
  };
  const std::string from = valueOf("S"), to = valueOf("D") + valueOf("T");
  if (from.empty() || to.empty() || from == to) return from.empty() && to.empty() ? "" : " " + (to.empty() ? from : to);
  return " " + from + " to " + to;
}

// The program that does most of a call's work names its kernel.
std::vector<CallInfo> describe(const DispatchList& list) {
  std::vector<CallInfo> calls(list.calls.size());
  std::vector<double> most(calls.size(), -1);
  std::vector<uint32_t> dispatches(calls.size());
  for (const Dispatch& dispatch : list.dispatches) {
    ++dispatches[dispatch.call];
    const double weight = dispatch.operations + dispatch.bytes * 1e-3;
    if (weight <= most[dispatch.call]) continue;
    most[dispatch.call] = weight;
    const ProgramInfo& info = programInfo(dispatch.kernel.program);
    calls[dispatch.call].kernel = std::string(info.name) + storagesOf(info.variants[dispatch.kernel.variant]);
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    calls[i].nodes = list.calls[i].nodes;
    if (dispatches[i] == 0) calls[i].kernel = "no dispatch";
    calls[i].why = list.calls[i].why;
    if (dispatches[i] > 1) {
      calls[i].why += (calls[i].why.empty() ? "" : "; ") + std::to_string(dispatches[i]) + " dispatches";
    }
  }
  return calls;
}

// The dispatch of each kernel that has least to do, in the list's order, without what is warm.
std::vector<const Dispatch*> leastOfEach(const DispatchList& list, const std::set<KernelKey>& warm) {
  const auto work = [](const Dispatch& dispatch) { return dispatch.operations + dispatch.bytes; };
  std::map<KernelKey, const Dispatch*> least;
  for (const Dispatch& dispatch : list.dispatches) {
    if (warm.contains(dispatch.kernel)) continue;
    const Dispatch*& chosen = least.try_emplace(dispatch.kernel, &dispatch).first->second;
    if (work(dispatch) < work(*chosen)) chosen = &dispatch;
  }
  std::vector<const Dispatch*> all;
  for (const auto& [kernel, dispatch] : least) all.push_back(dispatch);
  std::ranges::sort(all);  // they lie in one vector
  return all;
}

// Zeros wherever the dispatches read or write, but for weights: memory that was never written may hold anything.
Status clearBound(GpuDevice& device, const DispatchList& list, std::span<const BufferView> views, TimePoint deadline) {
  std::set<std::tuple<uint16_t, size_t, size_t>> known;
  for (const Dispatch& dispatch : list.dispatches) {
    for (const Binding& one : dispatch.bindings) {
      if (list.buffers[one.buffer].kind == BufferSpec::Kind::Weights) continue;
      if (!known.emplace(one.buffer, one.offset, one.bytes).second) continue;
      const BufferView part{views[one.buffer].buffer, one.offset, one.bytes};
      TRIREME_TRY(uploadAndWait(device, std::vector<std::byte>(one.bytes), part, deadline));
    }
  }
  return {};
}

// Each kernel that is not warm, in one dispatch of the list. Frames keep their own memory: it may hold values by then.
Status warmUp(GpuDevice& device, const Shared& shared, WarmKernels& warm, std::chrono::nanoseconds patience) {
  DispatchList once;
  once.buffers = shared.list.buffers;
  once.calls = shared.list.calls;
  const std::lock_guard lock(warm.mutex);
  std::set<KernelKey> chosen;
  for (const Dispatch* dispatch : leastOfEach(shared.list, warm.keys)) {
    once.dispatches.push_back(*dispatch);
    once.dispatches.back().barrierBefore = true;
    chosen.insert(dispatch->kernel);
  }
  if (once.dispatches.empty()) return {};
  const TimePoint deadline = base::now() + patience;
  std::vector<std::unique_ptr<Buffer>> memory;
  std::vector<BufferView> views;
  for (const BufferSpec& buffer : once.buffers) {
    if (buffer.kind == BufferSpec::Kind::Weights) {
      views.push_back(shared.weightsView(buffer));
      continue;
    }
    TRIREME_ASSIGN(std::unique_ptr<Buffer> made, device.allocate(buffer.bytes));
    views.push_back({made.get(), 0, buffer.bytes});
    memory.push_back(std::move(made));
  }
  TRIREME_TRY(clearBound(device, once, views, deadline));
  TRIREME_ASSIGN(const std::unique_ptr<GpuExecutable> executable, device.build(once, views));
  TRIREME_TRY(executable->run().wait(deadline));
  warm.keys.merge(chosen);
  return {};
}

PartitionNeeds needsOf(const LoweredPartition& lowered, const PartitionView& partition, const GpuLimits& limits) {
  PartitionNeeds needs;
  const size_t alignment = std::max<size_t>(limits.bindingAlignment, 64);
  needs.inputs.resize(partition.inputs.size());
  needs.outputs.resize(partition.outputs.size());
  for (const BufferSpec& buffer : lowered.list.buffers) {
    if (buffer.kind == BufferSpec::Kind::Input) needs.inputs[buffer.number] = {buffer.bytes, alignment};
    if (buffer.kind == BufferSpec::Kind::Output) needs.outputs[buffer.number] = {buffer.bytes, alignment};
  }
  needs.scratch = {lowered.scratchBytes, alignment};
  needs.weightBytes = lowered.weightBytes;
  return needs;
}

}  // namespace

Result<std::unique_ptr<CompiledPartition>> compilePartition(const PartitionView& partition, GpuDevice& device,
                                                            Precision precision, WarmKernels& warm,
                                                            std::chrono::nanoseconds patience) {
  TRIREME_ASSIGN(LoweredPartition lowered, lowerPartition(partition, device.limits(), precision, LowerFor::Running));
  TRIREME_TRY(device.compile(kernelsOf(lowered.list)));
  PartitionNeeds needs = needsOf(lowered, partition, device.limits());
  std::vector<CallInfo> calls = describe(lowered.list);
  auto shared = std::make_unique<Shared>(Shared{device, std::move(lowered.list), {}});
  for (std::vector<std::byte>& chunk : lowered.weights) {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(chunk.size() + device.limits().readSlack));
    const BufferView whole{buffer.get(), 0, chunk.size()};
    TRIREME_TRY(uploadAndWait(device, std::move(chunk), whole, base::now() + patience));
    shared->weights.push_back(std::move(buffer));
  }
  if (Status status = warmUp(device, *shared, warm, patience); !status.ok())
    return status.during("running each kernel once");
  return std::unique_ptr<CompiledPartition>(
      std::make_unique<GpuPartition>(std::move(shared), std::move(needs), std::move(calls)));
}

}  // namespace trireme::gpu
