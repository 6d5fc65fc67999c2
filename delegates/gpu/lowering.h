#pragma once

#include "delegates/gpu/layout.h"

namespace trireme::gpu {

class Emitter;

// What a question about a node may know. Precision is not part of it: what is taken under Exact is taken under all.
struct LowerQuery {
  const Graph& graph;
  const Node& node;
  const GpuLimits& limits;
};

// A node with what is fused around it. Its result is `output`: of the last of `after`, else of the node itself.
struct Call {
  NodeId node{};
  std::optional<NodeId> pad;  // PAD or PADV2 whose result is input 0 of the node; the call reads the pad's input 0
  std::vector<NodeId> after;  // in order: each reads the one before it
  ValueId output = kNoValue;
};

// One operator: the "yes" beside the "do". The reference kernels have said yes to the node before; every operand has a
// storage, elements, and fits the device.
struct Lowering {
  OpKind op;
  Support (*supports)(const LowerQuery& query);
  // Emits the dispatches of a call whose node supports() took. A failure refuses the partition.
  Status (*emit)(Emitter& emitter, const Call& call);
  // Null: nothing is fused. Else whether this pad, or this node behind `call` (which reads call.output), may join.
  // Asked only where nobody else reads what vanishes, and where the joining node's other operands are there before the
  // call.
  bool (*takesPad)(const LowerQuery& query, const Node& pad) = nullptr;
  bool (*takesAfter)(const LowerQuery& query, const Call& call, const Node& next) = nullptr;
};
// The whole capability on one screen.
std::span<const Lowering> lowerings();
// The first line of the node's operator that takes it; null where none does. Operators have several where types differ.
const Lowering* loweringOf(const LowerQuery& query);
// The answer of a delegate about a node: the reference kernels', the types', the limits', the lowering's.
Support supportsNode(const Graph& graph, const Node& node, const GpuLimits& limits);
// Whether the node gives the bytes of input 0 another shape, so that both can lie in one place with rows of that pitch.
bool isReshape(OpKind op);

struct LoweredPartition {
  DispatchList list;
  std::vector<std::vector<std::byte>> weights;  // a chunk a BufferSpec of kind Weights; empty when only priced
  size_t weightBytes = 0, scratchBytes = 0;
};
enum class LowerFor : uint8_t { Running, Pricing };  // Pricing: weights are counted, not packed
Result<LoweredPartition> lowerPartition(const PartitionView& partition, const GpuLimits& limits, Precision precision,
                                        LowerFor purpose);

}  // namespace trireme::gpu
