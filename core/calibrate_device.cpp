#include "core/calibrate_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/clock.h"
#include "core/base/for_good.h"
#include "core/graph/builder.h"
#include "core/model/writer.h"
#include "core/observation.h"

namespace trireme::core {
namespace {

constexpr int kCopyRuns = 9;
constexpr double kCopyPatience = 10;

// Memory on both sides of a copy. Kept for good when a copy hangs in it.
struct CopyEnds {
  std::unique_ptr<Buffer> buffer;
  std::vector<std::byte> host;
};

Result<double> timeOf(const std::function<Event()>& copy) {
  const TimePoint begin = base::now();
  const Event event = run::guardedEvent("copying", copy);
  TRIREME_TRY(event.wait(base::after(begin, kCopyPatience)));
  return base::seconds(begin, base::now());
}

// The mean of both directions' medians.
Result<double> measureCopy(Device& device, size_t bytes) {
  auto ends = std::make_unique<CopyEnds>();
  TRIREME_ASSIGN(ends->buffer, run::guarded("allocating", [&] { return device.allocate(bytes); }));
  if (!ends->buffer) return Status::error(Code::Internal, "the device gave no memory and no reason");
  ends->host.assign(bytes, std::byte{1});
  const BufferView view{ends->buffer.get(), 0, bytes};
  std::vector<double> up, down;
  for (int i = 0; i <= kCopyRuns; ++i) {
    const auto there = timeOf([&] { return device.upload(ends->host, view); });
    const auto back = there.ok() ? timeOf([&] { return device.download(view, ends->host); }) : there;
    if (!back.ok()) {
      if (back.status().code() == Code::DeadlineExceeded) base::keepForGood(std::move(ends));
      return back.status();
    }
    if (i == 0) continue;  // the first one touches the pages
    up.push_back(there.value());
    down.push_back(back.value());
  }
  return (medianOf(std::move(up)) + medianOf(std::move(down))) / 2;
}

struct Tiny {
  OpKind op;
  DataType type;
};
constexpr std::array<Tiny, 4> kTiny = {{{OpKind::Logistic, DataType::Float32},
                                        {OpKind::Add, DataType::Float32},
                                        {OpKind::Add, DataType::Int8},
                                        {OpKind::Add, DataType::UInt8}}};

// A model of so many tiny operators, each reading the one before. Declared so that the bytes outlive it.
struct Chain {
  std::vector<std::byte> bytes;
  std::shared_ptr<const Model> model;
};
Result<Chain> chainOf(const Tiny& tiny, int nodes) {
  TRIREME_ASSIGN(const Shape shape, Shape::create({1, 4, 4, 8}));
  TensorType type{tiny.type, shape, {}};
  if (tiny.type != DataType::Float32) type.quantization = {{0.5F}, {0}, -1, 0};
  graph::Builder builder("chain");
  ValueId last = builder.addInput("x", type);
  for (int i = 0; i < nodes; ++i) {
    const ValueId next = builder.addInner(fmt::format("y{}", i), type);
    Node node;
    node.op = tiny.op;
    node.inputs = {last};
    node.outputs = {next};
    if (tiny.op == OpKind::Add) {
      node.inputs.push_back(last);
      node.params = AddParams{};
      node.version = tiny.type == DataType::Int8 ? 2 : 1;
    }
    builder.addNode(std::move(node));
    last = next;
  }
  builder.setOutputs({last});
  TRIREME_ASSIGN(const Graph graph, std::move(builder).build());
  Chain chain;
  TRIREME_ASSIGN(chain.bytes, model::writeModel(std::span(&graph, 1)));
  TRIREME_ASSIGN(chain.model, Model::fromBuffer(chain.bytes));
  return chain;
}

// What a frame took beside its steps: threads that were woken, steps that waited.
double restOf(const Observation& seen) {
  return std::max(0.0, seen.frame - std::accumulate(seen.steps.begin(), seen.steps.end(), 0.0));
}

// Seconds that a partition with the whole chain adds to a frame, copies apart. Unsupported where the delegate does not
// take it as that.
Result<double> measureChain(const Tiny& tiny, int nodes, const std::shared_ptr<Delegate>& delegate,
                            const std::shared_ptr<Delegate>& cpu) {
  TRIREME_ASSIGN(const Chain chain, chainOf(tiny, nodes));
  CallTimes calls;
  Options options;
  options.setStrict(true).setStrategy("single:" + delegate->info().name).addDelegate(delegate);
  if (delegate != cpu) options.addDelegate(cpu);
  TRIREME_ASSIGN(const auto compiled, CompiledModel::create(chain.model, options));
  const ExecutionPlan& plan = compiled->plan();
  if (plan.partitions.size() != 1 || plan.partitions[0].nodes.size() != size_t(nodes) ||
      compiled->delegates()[plan.partitions[0].delegate] != delegate) {
    return Status::error(Code::Unsupported, "the chain is not one partition of the delegate");
  }
  TRIREME_ASSIGN(const Observation seen, observe(compiled, calls, {}, {.leastRuns = 15, .seconds = 0.01}));
  for (uint32_t s = 0; s < plan.steps.size(); ++s) {
    if (std::holds_alternative<RunStep>(plan.steps[s].action)) return seen.steps[s] + restOf(seen);
  }
  return Status::error(Code::Internal, "the plan runs nothing");
}

}  // namespace

Result<tune::Line> measureCopies(Device& device) {
  constexpr size_t kKibi = 1024;
  std::vector<tune::Sample> samples;
  for (const size_t bytes : {kKibi, 16 * kKibi, 256 * kKibi, 1024 * kKibi, 4096 * kKibi, 16384 * kKibi}) {
    if (bytes > device.memory().maxAllocation) break;
    const Result<double> seconds = measureCopy(device, bytes);
    if (!seconds.ok() && seconds.status().code() == Code::OutOfMemory && !samples.empty()) break;
    TRIREME_TRY(seconds.status());
    samples.push_back({double(bytes), std::max(seconds.value(), 1e-9)});
  }
  if (samples.empty()) {
    return Status::error(Code::OutOfMemory,
                         fmt::format("the device allocates no more than {} bytes", device.memory().maxAllocation));
  }
  return tune::fitLine(samples);
}

Result<tune::Line> measureStarts(const std::shared_ptr<Delegate>& delegate, const std::shared_ptr<Delegate>& cpu) {
  Status why;
  for (const Tiny& tiny : kTiny) {
    std::vector<tune::Sample> samples;
    for (const int nodes : {1, 2, 4, 8, 16, 32, 64}) {
      const Result<double> seconds = measureChain(tiny, nodes, delegate, cpu);
      if (!seconds.ok()) {
        why = seconds.status();
        break;
      }
      samples.push_back({double(nodes), std::max(seconds.value(), 1e-9)});
    }
    if (samples.size() > 1) return tune::fitLine(samples);
    if (why.code() == Code::DeviceLost || why.code() == Code::DeadlineExceeded) break;
  }
  return why;
}

}  // namespace trireme::core
