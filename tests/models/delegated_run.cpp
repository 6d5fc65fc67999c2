#include "tests/models/delegated_run.h"

#include <fmt/format.h>

#include "core/graph/work.h"
#include "tests/models/known_model.h"
#include "tests/support/guarded_delegate.h"
#include "tests/support/tolerance.h"

namespace trireme::models {
namespace {

constexpr int kThreads = 2;
constexpr uint64_t kSeed = 17;

Share shareOf(const CompiledModel& compiled, size_t delegates) {
  const Graph& graph = compiled.graph();
  Share share;
  share.of = graph.nodes().size();
  double all = 0, delegated = 0;
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) all += double(graph::nodeWork(graph, NodeId{n}).macs);
  for (const PlannedPartition& partition : compiled.plan().partitions) {
    if (partition.delegate >= delegates) continue;  // the CPU's
    share.operators += partition.nodes.size();
    for (const NodeId node : partition.nodes) delegated += double(graph::nodeWork(graph, node).macs);
  }
  share.macPercent = all > 0 ? 100 * delegated / all : 0;
  return share;
}

bool lacksFeature(const CompiledModel& compiled) {
  for (const Placement& placement : compiled.placements()) {
    if (placement.candidates.empty()) continue;
    for (const Reason& reason : placement.candidates[0].support.reasons()) {
      if (reason.code == ReasonCode::FeatureLevel) return true;
    }
  }
  return false;
}

// Whether float32 activations meet int8 weights somewhere.
bool isHybrid(const Graph& graph) {
  for (const Node& node : graph.nodes()) {
    if (node.inputs.size() < 2 || node.inputs[1] == kNoValue || node.op == OpKind::Dequantize) continue;
    const Value& weights = graph.value(node.inputs[1]);
    if (weights.isConstant && weights.type.dtype == DataType::Int8 && node.inputs[0] != kNoValue &&
        graph.value(node.inputs[0]).type.dtype == DataType::Float32) {
      return true;
    }
  }
  return false;
}

support::Tolerance classOf(const std::string& spec, const std::vector<std::shared_ptr<Delegate>>& delegates,
                           const Graph& graph) {
  for (const auto& one : delegates) {
    if (one->info().precision != Precision::Exact) return support::Tolerance::halfModel();
  }
  const bool cpuInside = spec.starts_with("cpu") || (spec.starts_with("emulated:") && spec.find("over=") == spec.npos);
  if (cpuInside) return support::Tolerance::exact();
  return isHybrid(graph) ? support::Tolerance::hybrid() : support::Tolerance::floatModel();
}

std::string compare(const support::Tolerance& tolerance, const support::Answer& wanted, const support::Answer& got) {
  if (!wanted.status.ok()) return "on the CPU alone: " + std::string(wanted.status.message());
  if (!got.status.ok()) return std::string(got.status.message());
  for (size_t i = 0; i < wanted.outputs.size(); ++i) {
    const std::string wrong = tolerance.compare(wanted.types[i], wanted.outputs[i], got.outputs[i]);
    if (!wrong.empty()) return fmt::format("output {}: {}", i, wrong);
  }
  return {};
}

// How far the CPU's own answer moves when every float32 input changes by a unit in the last place.
double ownMovement(Interpreter& cpu, support::Tensors inputs, const support::Answer& wanted) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (cpu.inputType(int(i)).value().dtype != DataType::Float32) continue;
    for (size_t at = 0; at < inputs[i].size(); at += sizeof(float)) inputs[i][at] ^= std::byte{1};
  }
  const support::Answer moved = support::invoke(cpu, inputs);
  double most = 0;
  for (size_t i = 0; moved.status.ok() && i < wanted.outputs.size(); ++i) {
    if (wanted.types[i].dtype != DataType::Float32) continue;
    most = std::max(most, support::Tolerance::distance(wanted.outputs[i], moved.outputs[i]));
  }
  return most;
}

}  // namespace

std::string Share::text() const {
  return fmt::format("{} of {} operators, {:.2f} % of the MACs", operators, of, macPercent);
}

DelegatedRun runDelegated(const std::shared_ptr<const Model>& model, const std::string& spec,
                          const std::vector<std::shared_ptr<Delegate>>& delegates, double mostMacs) {
  DelegatedRun run;
  const auto trespasses = std::make_shared<support::Trespasses>();
  Options options;
  options.setThreads(kThreads).setStrategy("greedy");
  for (const auto& one : delegates) options.addDelegate(support::guarded(one, trespasses));
  auto made = Interpreter::create(model, options);
  if (!made.ok()) {
    run.possible = made.status().code() != Code::Unsupported;
    run.wrong = run.possible ? std::string(made.status().message()) : "";
    return run;
  }
  run.possible = true;
  Interpreter& interpreter = *made.value();
  run.macs = double(graph::graphWork(interpreter.compiled().graph()).macs);
  run.share = shareOf(interpreter.compiled(), delegates.size());
  run.lacksFeature = lacksFeature(interpreter.compiled());
  if (run.macs > mostMacs) return run;
  auto cpu = Interpreter::create(model, Options().setThreads(kThreads));
  if (!cpu.ok()) {
    run.wrong = std::string(cpu.status().message());
    return run;
  }
  run.ran = true;
  const support::Tensors inputs = sensibleInputs(*cpu.value(), kSeed);
  const support::Answer wanted = support::invoke(*cpu.value(), inputs), got = support::invoke(interpreter, inputs);
  run.wrong = compare(classOf(spec, delegates, interpreter.compiled().graph()), wanted, got);
  if (!run.wrong.empty() && isHybrid(interpreter.compiled().graph())) {
    run.wrong = compare(support::Tolerance::hybridThatMoves(ownMovement(*cpu.value(), inputs, wanted)), wanted, got);
  }
  if (!interpreter.faults().empty()) run.wrong = "a fault: " + std::string(interpreter.faults()[0].status.message());
  made = Status::error(Code::Cancelled, "its memory is freed, and the zones are looked at");
  if (!trespasses->all().empty()) run.wrong = trespasses->all().front();
  return run;
}

}  // namespace trireme::models
