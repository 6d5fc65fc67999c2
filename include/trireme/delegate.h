#ifndef TRIREME_DELEGATE_H
#define TRIREME_DELEGATE_H

// What a delegate is: it answers which nodes it can take and why not, then compiles, binds and runs partitions.

#include "trireme/device.h"
#include "trireme/graph.h"

namespace trireme {

// How far a delegate may depart from the reference. Exact: float32 within 2e-5 of an operator's largest output,
// integers bit for bit. Relaxed: the error of half-precision storage. Fastest: no bound.
enum class Precision : uint8_t { Exact, Relaxed, Fastest };
struct CompileOptions {
  Precision precision = Precision::Exact;
};
// What a driver says of itself for operators whose first operand has that type: time as a ratio to the CPU's, 0.5 being
// twice as fast. Only the strategy `nnapi` asks for it.
struct PerformanceFigure {
  DataType type = DataType::Float32;
  double time = 1;
};
// A device as a roofline: arithmetic, memory, the start of a partition, copies between it and the host.
struct DeviceRates {
  double flopsPerSecond = 0, bytesPerSecond = 0, startSeconds = 0, copyBytesPerSecond = 0, copyStartSeconds = 0;
  std::vector<PerformanceFigure> figures{};  // a type without one: the CPU's flopsPerSecond by its own
};
struct PartitionLimits {
  uint32_t minNodes = 1, maxNodes = UINT32_MAX, maxPartitions = UINT32_MAX;
};
// Where a delegate's times come from: clocks, a model (of an emulated device), or a model whose pace was kept.
enum class TimeLabel : uint8_t { Measured, Modelled, Paced };
TRIREME_API std::string_view timeLabelName(TimeLabel label);  // "measured", "modelled", "paced"
struct DelegateInfo {
  std::string name;            // as in reports: "cpu", "opencl"
  std::string device, driver;  // for people: "AMD EPYC, 2 threads", "PoCL 3.1"
  bool asynchronous = false;   // false: submit returns when the work is done
  DeviceRates rates{};
  PartitionLimits limits;
  TimeLabel label = TimeLabel::Measured;
  Precision precision = Precision::Exact;  // the worst of its results, whatever it is asked for
};
struct Cost {
  enum class Source : uint8_t { Estimated, Measured, Published };
  double seconds = 0, joules = 0;
  Source source = Source::Estimated;
};
// Shapes are known here. Inputs and outputs hold no constants; constants are read from the graph while compiling.
struct PartitionView {
  const Graph& graph;
  std::span<const NodeId> nodes;
  std::span<const ValueId> inputs, outputs;
};
struct BufferNeed {
  size_t bytes = 0, alignment = 1;
};
struct InPlace {  // this output may use that input's memory
  uint16_t input, output;
};
// What a compiled partition wants of a frame. Inputs and outputs are dense, in TFLite's order and the model's types.
struct PartitionNeeds {
  std::vector<BufferNeed> inputs, outputs;
  BufferNeed scratch;
  std::vector<InPlace> inPlace;
  size_t weightBytes = 0;
  int maxBound = 0;  // how many frames may be bound at once; 0: any number
};
struct Bindings {
  std::span<const BufferView> inputs, outputs;
  BufferView scratch;
};
// One thing that a compiled partition does: a kernel call or a dispatch, and the nodes that it covers (fused ones
// together; the last is the one whose output it writes).
struct CallInfo {
  std::vector<NodeId> nodes;
  std::string kernel;  // "gemm_f32_avx512", "reference"
  std::string why;     // for people: "no faster kernel; 2 threads over 112 rows"
};

class TraceSink;
// Whether a frame's work is still wanted. Safe from any thread.
class TRIREME_API Interruption {
 public:
  virtual ~Interruption() = default;
  virtual Status check() const = 0;  // Cancelled, or DeadlineExceeded, once it is not
};
class TRIREME_API BoundPartition {  // a partition with one frame's memory; one submission at a time
 public:
  virtual ~BoundPartition() = default;
  // Told once, before the first submission; outlives the work. For delegates whose submit() does the work itself: one
  // that takes long asks now and then, and ends with the failure that it gets. The others are waited for.
  virtual void watch(const Interruption&) noexcept {}
  // Starts the work; may finish before it returns. Whoever calls has waited for other devices. Allocates nothing.
  // A failure arrives through the event. `details`, if any, wants a span a call (SpanKind::Node, subject: the position
  // in CompiledPartition::calls()).
  virtual Event submit(TraceSink* details) = 0;
};
class TRIREME_API CompiledPartition {  // graph and delegate outlive it; it outlives what it bound
 public:
  virtual ~CompiledPartition() = default;
  virtual const PartitionNeeds& needs() const = 0;
  // When a frame is made, from any thread: descriptors, kernel arguments, recorded commands. The views stay valid for
  // the bound partition's life.
  virtual Result<std::unique_ptr<BoundPartition>> bind(const Bindings& bindings) const = 0;
  virtual Status load() { return {}; }  // weights in and out, for plans with a memory limit
  virtual void unload() noexcept {}
  virtual std::span<const CallInfo> calls() const { return {}; }  // what it does, for explain; may be empty
};
class TRIREME_API Delegate {  // asked before the strategy starts, then only told; safe from any thread
 public:
  virtual ~Delegate() = default;
  virtual const DelegateInfo& info() const = 0;
  virtual Device& device() = 0;
  // Before a plan is made that may use it. One whose device was lost may open another; only here does device() change.
  // What was compiled and bound before stays with the device that it was made for, which lives as long as the delegate.
  virtual void renew() {}
  virtual Support supports(const Graph& graph, NodeId node) const = 0;
  // An answer a node, for the whole graph. Unless overridden: node by node. Override it where a set is more than its
  // nodes.
  virtual std::vector<Support> query(const Graph& graph) const;
  // Of a run of nodes, so that fusion can be cheaper than the sum. None: a roofline from info().rates.
  virtual std::optional<Cost> estimate(const Graph&, std::span<const NodeId>) const { return std::nullopt; }
  virtual Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView& partition,
                                                             const CompileOptions& options) = 0;
};

}  // namespace trireme

#endif  // TRIREME_DELEGATE_H
