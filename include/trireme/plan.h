#ifndef TRIREME_PLAN_H
#define TRIREME_PLAN_H

// Who runs what, when, in which memory; why; and what happened.

#include "trireme/delegate.h"

namespace trireme {

inline constexpr uint32_t kHost = UINT32_MAX;  // in place of a delegate's number
// Part of an arena. Delegates are numbered in the order of CompiledModel::delegates().
struct Slot {
  uint32_t arena = 0;
  size_t offset = 0, bytes = 0;
  bool operator==(const Slot&) const = default;
};
struct PlannedPartition {
  uint32_t delegate = 0;
  std::vector<NodeId> nodes;
  std::vector<ValueId> inputs, outputs;
  Cost predicted;
};

struct RunStep {
  uint32_t partition = 0;
  std::vector<Slot> inputs, outputs;
  Slot scratch;
};
struct UploadStep {  // host slot -> device slot
  ValueId value;
  Slot from, to;
};
struct DownloadStep {  // device slot -> host slot
  ValueId value;
  Slot from, to;
};
struct HandoverStep {  // release by one, acquire by the other; either may be kHost
  ValueId value;
  Slot slot;
  uint32_t from, to;
};
struct LoadStep {
  uint32_t partition;
};
struct UnloadStep {
  uint32_t partition;
};
using Action = std::variant<RunStep, UploadStep, DownloadStep, HandoverStep, LoadStep, UnloadStep>;
// `delegate`: whose device does it (of a hand-over: the receiver, or the giver when the host receives). `after`: steps
// of other devices to wait for, those that still read memory which is used again here included.
struct Step {
  Action action;
  uint32_t delegate = 0;
  std::vector<uint32_t> after;
  Cost predicted;
};

struct Arena {
  enum class Home : uint8_t { Host, Device };  // Device: memory of users[0]. Host: imported by each of users
  enum class Lifetime : uint8_t { Frame, Interpreter };
  Home home = Home::Host;
  Lifetime lifetime = Lifetime::Frame;
  std::vector<uint32_t> users;
  size_t bytes = 0, alignment = 64;
};
struct Commit {  // state, copied on the host when every step succeeded; one a state slot of the graph, in its order
  Slot written, kept;
};
struct ConstantSlot {  // a constant that is an output, a preserved tensor or a state's new value: filled with the frame
  ValueId value;
  Slot slot;
};
// The first two arenas of every plan, both in host memory. No device ever writes or imports the first; it holds the
// model's inputs. The second holds outputs, preserved tensors and constants among them.
inline constexpr uint32_t kInputArena = 0, kOutputArena = 1;

// Everything the executor needs and nothing it must decide. Printable, comparable, verifiable.
struct ExecutionPlan {
  std::string strategy;
  bool proven = false;  // shown optimal for its tables
  Cost predicted;       // of a frame, one step after the other: the sum of the steps
  std::vector<PlannedPartition> partitions;
  std::vector<Step> steps;
  std::vector<Arena> arenas;
  std::vector<Slot> inputs, outputs;  // of the model, in host memory, in the graph's order
  std::vector<Slot> preserved;        // inner tensors kept readable, in the order of Options::preserveTensor
  std::vector<Commit> commits;
  std::vector<ConstantSlot> constants;
};

inline constexpr uint32_t kNoPartition = UINT32_MAX, kNoStep = UINT32_MAX;
// Why a node runs where it runs. One a node of the file, those that passes folded away included.
struct Candidate {
  uint32_t delegate = 0;
  Support support;
  Cost predicted;
};
struct Placement {
  std::vector<uint32_t> origins;  // operator indices in the file
  OpKind op = OpKind::Custom;
  std::string name;                   // of the node's first output
  uint32_t partition = kNoPartition;  // kNoPartition: folded away before planning
  std::string why;
  std::vector<Candidate> candidates;  // one a delegate; empty when folded away
  std::optional<uint32_t> fusedInto;  // operator index in the file of the node that computes it too
  std::optional<uint32_t> runnerUp;   // the cheapest other candidate that could have taken the node alone
  std::vector<std::string> passes;    // that took it away, or changed what it reads or writes
};
struct PassReport {
  std::string name;
  uint32_t changed = 0;  // nodes that the pass removed or rewrote
};

// What happened. `step` is a step of the plan.
struct StepTiming {
  uint32_t step = 0;
  Times times;
  size_t bytes = 0;        // moved by a copy; 0 otherwise
  double waitSeconds = 0;  // spent waiting for other devices before the step
  bool converted = false;  // by a copy; devices take the model's own types, so no plan of this version does it
};
// In order of time: begin, started, filled, the steps, finished, committed, end. Of the run that succeeded.
struct FrameTiming {
  TimePoint begin, end;
  std::span<const StepTiming> steps;  // valid until the frame's next submit
  TimePoint started;                  // before: it waited its turn, was bound, or ran on a plan that failed
  TimePoint filled;                   // the caller's inputs are in place
  TimePoint finished;                 // every step has ended; zero, like what follows, when the frame failed
  TimePoint committed;                // state took its place; the caller's outputs follow
};
struct Fault {
  uint64_t frame = 0;                 // counted from 0 for each interpreter
  uint32_t step = kNoStep;            // kNoStep: before the first one, while memory was allocated or bound
  uint32_t partition = kNoPartition;  // of the plan that failed; kNoPartition: a copy or the device's memory
  std::string delegate;
  Status status;
  bool ranAgain = false;
  std::vector<std::string> ranOn;  // the delegates of the plan that replaced it
};
enum class SpanKind : uint8_t { Load, Pass, Query, Assign, Compile, Bind, Run, Node, Copy, Handover, Wait, Frame };
struct TraceSpan {
  SpanKind kind;
  uint16_t track;    // 0: host; n: delegate n - 1
  uint32_t subject;  // partition, step, call or frame, as the kind says; a Wait is the host's, before that step
  uint32_t frame;
  int64_t beginNs, endNs;  // on the steady clock
  uint64_t bytes;
  uint32_t partition = kNoPartition;  // of a Node span; the executor fills it in
};
class TRIREME_API TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void record(const TraceSpan& span) noexcept = 0;  // from any thread
};

}  // namespace trireme

#endif  // TRIREME_PLAN_H
