#ifndef TRIREME_INTERPRETER_H
#define TRIREME_INTERPRETER_H

// From a .tflite file to answers: Model, Options, CompiledModel, Frame, Interpreter.

#include <filesystem>
#include <functional>

#include "trireme/plan.h"

namespace trireme {

enum class Loading : uint8_t {
  Map,  // nobody may shorten or change the file while the model lives
  Copy  // read into memory once; the file may change afterwards
};
struct Signature {
  std::string key;
  SubgraphId subgraph{0};
  std::vector<std::pair<std::string, ValueId>> inputs, outputs;  // the signature's names and the values they stand for
};

// A verified file, immutable, safe from any thread. Holds graphs of operators that may not be implemented; compiling
// names those.
class TRIREME_API Model {
 public:
  static Result<std::shared_ptr<const Model>> fromFile(const std::filesystem::path& path,
                                                       Loading loading = Loading::Map);
  static Result<std::shared_ptr<const Model>> fromBuffer(std::span<const std::byte> bytes);  // bytes outlive it
  ~Model();
  std::span<const Graph> subgraphs() const;
  std::span<const Signature> signatures() const;
  std::string_view description() const;
  std::span<const std::byte> bytes() const;  // the file
  // Files packed behind the model (TFLite metadata's associated files: label lists and the like).
  std::span<const std::string> metadataFiles() const;
  // The bytes of one; valid as long as the model.
  Result<std::span<const std::byte>> metadata(std::string_view name) const;

  struct Impl;
  explicit Model(std::unique_ptr<const Impl> impl);

 private:
  std::unique_ptr<const Impl> impl_;
};

struct InputShape {
  int index = 0;  // position among the graph's inputs
  Shape shape;
};
using LogSink = std::function<void(std::string_view)>;

// What Options collects, as plain data.
struct Settings {
  std::vector<std::shared_ptr<Delegate>> delegates;  // without the CPU that is always last
  int threads = 0;                                   // of that CPU; 0: the cores that this process may use
  std::string strategy;                              // empty: the default
  Precision precision = Precision::Exact;
  std::string signature;  // empty: subgraph 0
  int framesInFlight = 1;
  size_t memoryLimitBytes = 0;  // 0: none
  std::optional<std::chrono::nanoseconds> timeoutPerFrame;
  std::optional<std::chrono::nanoseconds> deviceTimeout;  // none: the larger of 2 s and 50 times the prediction
  bool strict = false;
  TraceSink* trace = nullptr;
  LogSink log;
  std::vector<std::string> preserved;
  struct Pin {  // `where` as on the command line: "7", "3-17" (operator indices of the file) or a tensor's name
    std::string where, delegate;
  };
  struct Forbid {
    std::string op, delegate;
  };
  std::vector<Pin> pins;
  std::vector<Forbid> forbidden;
  uint32_t minNodes = 1;                 // of a partition; the CPU is free of it
  uint32_t maxPartitions = UINT32_MAX;   // of one delegate; the CPU is free of it
  std::vector<InputShape> inputShapes;   // before the first plan
  std::filesystem::path cacheDirectory;  // empty: none
  bool tuning = false;
};

// Set, then handed to CompiledModel::create or Interpreter::create, which copy it.
class TRIREME_API Options {
 public:
  Options& addDelegate(std::shared_ptr<Delegate> delegate);  // in order of preference; the CPU is always last
  Options& setThreads(int threads);                          // of that CPU
  Options& setStrategy(std::string_view strategy);  // "optimal" (default), "greedy", "nnapi", "per-op", "single:NAME"
  Options& setPrecision(Precision precision);
  Options& setSignature(std::string_view key);                  // default: subgraph 0
  Options& setFramesInFlight(int frames);                       // 1 to 64
  Options& setMemoryLimit(size_t bytes);                        // a bigger plan is refused before anything is allocated
  Options& setTimeout(std::chrono::nanoseconds perFrame);       // then the frame ends as DeadlineExceeded
  Options& setDeviceTimeout(std::chrono::nanoseconds timeout);  // a device that takes longer for a step counts as hung
  Options& setStrict(bool strict);                              // a failing device fails the frame
  Options& setTrace(TraceSink* sink);                           // outlives what is created; null: none
  Options& setLog(LogSink sink);                                // default: silent; called from any thread
  Options& preserveTensor(std::string_view name);               // keep an inner tensor readable
  Options& pin(std::string_view where, std::string_view delegate);
  Options& forbid(std::string_view op, std::string_view delegate);  // op: "CONV_2D"
  Options& setMinNodes(uint32_t nodes);
  Options& setMaxPartitions(uint32_t partitions);
  Options& resizeInput(int index, Shape shape);  // before the first plan
  // Where `calibrate` (calibration.h) keeps what operators, copies and dispatches cost here; plans then use that
  // instead of estimates. What is damaged, or of another machine or version, is passed over with one line to the log.
  Options& setCacheDirectory(std::filesystem::path directory);
  // create() then runs the plan on random inputs, corrects the costs by what its parts took and plans again, until the
  // plan stays or four were tried; the one that was measured the fastest is used.
  Options& setTuning(bool tuning);
  const Settings& settings() const { return settings_; }

 private:
  Settings settings_;
};

// A plan that tuning tried.
struct TunedPlan {
  double predictedSeconds = 0, measuredSeconds = 0;  // of a frame; measured: the median of runs beside the others
  uint32_t partitions = 0;
  bool chosen = false;
};

// Graph, plan, packed weights. Immutable; interpreters in several threads may share one.
class TRIREME_API CompiledModel {
 public:
  // Unsupported, naming every operator, version and node at once, where something is not implemented.
  static Result<std::shared_ptr<const CompiledModel>> create(std::shared_ptr<const Model> model,
                                                             const Options& options = {});
  ~CompiledModel();
  const Model& model() const;
  const Graph& graph() const;  // after the passes; the plan's ids are its ids
  const ExecutionPlan& plan() const;
  std::span<const std::shared_ptr<Delegate>> delegates() const;  // the plan's numbers; the CPU is last
  std::span<const Placement> placements() const;                 // in the order of the file
  std::span<const PassReport> passes() const;
  std::span<const CallInfo> calls(uint32_t partition) const;
  size_t weightBytes(uint32_t partition) const;
  std::span<const TunedPlan> tuning() const;  // in the order in which they were tried; empty without setTuning
  std::string explain() const;                // a table for a terminal of 100 columns

  struct Impl;
  explicit CompiledModel(std::shared_ptr<const Impl> impl);
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// The memory of one inference; one thread at a time. Owned by its interpreter; made anew (and every view with it
// invalid) when the inputs are resized, memory is bound or a device hung in it; resizing also forgets the caller's
// memory.
class TRIREME_API Frame {
 public:
  ~Frame();
  Result<TensorView> input(int index);
  Result<TensorView> output(int index) const;  // valid once the event is reached
  Result<TensorView> tensor(std::string_view preserved) const;
  // The caller's memory in place of the frame's, of exactly the tensor's bytes; outlives the frame or the next bind.
  // Binds anew, so not in a loop.
  Status bindInput(int index, std::span<std::byte> memory);
  Status bindOutput(int index, std::span<std::byte> memory);
  // Runs the frame: in the caller's thread with one frame, on driver threads with several. Its failure arrives
  // through the event. Inputs are not changed by it.
  Event submit();
  const FrameTiming& lastTimings() const;  // after the event was reached

  struct Impl;
  explicit Frame(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

class TRIREME_API Interpreter {
 public:
  using Options = ::trireme::Options;
  static Result<std::unique_ptr<Interpreter>> create(std::shared_ptr<const CompiledModel> compiled);
  static Result<std::unique_ptr<Interpreter>> create(std::shared_ptr<const Model> model, const Options& options = {});
  ~Interpreter();  // waits for frames in flight
  int inputCount() const;
  int outputCount() const;
  Result<TensorType> inputType(int index) const;
  Result<TensorType> outputType(int index) const;
  // By the signature's name when one was chosen, else by the tensor's.
  Result<int> inputIndex(std::string_view name) const;
  Result<int> outputIndex(std::string_view name) const;
  std::string_view inputName(int index) const;
  std::string_view outputName(int index) const;
  // All at once, no frame in flight; plans are kept by shape. Dimensions that the file fixes may change too, where
  // every operator can follow. A failure leaves the old shapes.
  Status resizeInputs(std::span<const InputShape> shapes);
  int frameCount() const;
  Frame& frame(int index = 0);
  Status invoke() { return frame().submit().wait(); }
  void cancel() noexcept;                 // from any thread; frames in flight end as Cancelled
  Status resetState();                    // no frame in flight
  const CompiledModel& compiled() const;  // the one in use: after a fault the new one. No frame in flight
  const ExecutionPlan& plan() const { return compiled().plan(); }
  std::span<const Fault> faults() const;  // no frame in flight
  Status retryDelegates();  // plans with those that failed again; nothing else takes one back. No frame in flight
  std::string explain() const { return compiled().explain(); }

  struct Impl;
  explicit Interpreter(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace trireme

#endif  // TRIREME_INTERPRETER_H
