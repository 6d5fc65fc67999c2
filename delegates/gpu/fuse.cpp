#include "delegates/gpu/fuse.h"

#include <algorithm>
#include <unordered_set>

#include "delegates/gpu/emitter.h"

namespace trireme::gpu {
namespace {

class Fuser {
 public:
  Fuser(const PartitionView& partition, const GpuLimits& limits)
      : partition_(partition),
        limits_(limits),
        inside_(partition.nodes.begin(), partition.nodes.end()),
        there_(partition.inputs.begin(), partition.inputs.end()) {}

  std::vector<Call> run() {
    for (const NodeId id : partition_.nodes) {
      if (taken_.contains(id) || vanishesInWindow(id)) continue;
      calls_.push_back(callOf(id));
    }
    return std::move(calls_);
  }

 private:
  const Graph& graph() const { return partition_.graph; }
  LowerQuery ask(NodeId id) const { return {graph(), graph().node(id), limits_}; }

  // The one node of the partition that reads a value that nobody else wants; none otherwise.
  std::optional<NodeId> onlyReader(ValueId id) const {
    const auto readers = graph().consumers(id);
    if (readers.size() != 1 || !inside_.contains(readers[0])) return std::nullopt;
    const auto& outputs = partition_.outputs;
    if (std::find(outputs.begin(), outputs.end(), id) != outputs.end()) return std::nullopt;
    const Node& reader = graph().node(readers[0]);
    if (std::count(reader.inputs.begin(), reader.inputs.end(), id) != 1) return std::nullopt;
    return readers[0];
  }

  bool padJoins(NodeId pad, NodeId window) const {
    const Node& node = graph().node(pad);
    if (node.op != OpKind::Pad && node.op != OpKind::PadV2) return false;
    const Lowering* lowering = loweringOf(ask(window));
    return lowering && lowering->takesPad && graph().node(window).inputs[0] == node.outputs[0] &&
           lowering->takesPad(ask(window), node);
  }
  bool vanishesInWindow(NodeId id) const {
    const Node& node = graph().node(id);
    if (node.op != OpKind::Pad && node.op != OpKind::PadV2) return false;
    const std::optional<NodeId> window = onlyReader(node.outputs[0]);
    return window && padJoins(id, *window);
  }

  Call callOf(NodeId id) {
    Call call;
    call.node = id;
    take(id);
    if (const auto producer = graph().producer(graph().node(id).inputs[0]);
        producer && inside_.contains(*producer) && vanishesInWindow(*producer)) {
      call.pad = producer;
      take(*producer);
    }
    call.output = graph().node(id).outputs[0];
    while (const std::optional<NodeId> next = joining(call)) {
      call.after.push_back(*next);
      take(*next);
      call.output = graph().node(*next).outputs[0];
    }
    for (const ValueId output : graph().node(id).outputs) there_.insert(output);
    there_.insert(call.output);
    return call;
  }

  std::optional<NodeId> joining(const Call& call) const {
    const Lowering* lowering = loweringOf(ask(call.node));
    if (!lowering || !lowering->takesAfter || graph().node(call.node).outputs.size() != 1) return std::nullopt;
    const std::optional<NodeId> next = onlyReader(call.output);
    if (!next || graph().node(*next).outputs.size() != 1) return std::nullopt;
    for (const ValueId input : graph().node(*next).inputs) {
      if (input != call.output && input != kNoValue && !isThere(input)) return std::nullopt;
    }
    if (!lowering->takesAfter(ask(call.node), call, graph().node(*next))) return std::nullopt;
    return next;
  }

  void take(NodeId id) { taken_.insert(id); }
  bool isThere(ValueId id) const { return there_.contains(id) || graph().value(id).isConstant; }

  const PartitionView& partition_;
  const GpuLimits& limits_;
  // Sets: a partition is asked for again and again in a graph that may be large.
  std::unordered_set<NodeId> inside_, taken_;
  std::unordered_set<ValueId> there_;
  std::vector<Call> calls_;
};

}  // namespace

std::vector<Call> fuseNodes(const PartitionView& partition, const GpuLimits& limits) {
  return Fuser(partition, limits).run();
}

Result<LoweredPartition> lowerPartition(const PartitionView& partition, const GpuLimits& limits, Precision precision,
                                        LowerFor purpose) {
  Emitter emitter(partition, limits, precision, purpose);
  TRIREME_TRY(emitter.emit(fuseNodes(partition, limits)));
  return emitter.finish();
}

}  // namespace trireme::gpu
