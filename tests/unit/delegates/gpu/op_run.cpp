#include "tests/unit/delegates/gpu/op_run.h"

#include <map>

#include "tests/support/host_gpu/host_gpu_device.h"
#include "tests/support/run_model.h"

namespace trireme::gpu {
namespace {

// One for all runs: a new one would measure its device anew.
std::shared_ptr<Delegate> hostOf(uint32_t vectorWidth, std::optional<Precision> precision) {
  static std::map<std::pair<uint32_t, std::optional<Precision>>, std::shared_ptr<Delegate>> made;
  std::shared_ptr<Delegate>& delegate = made[{vectorWidth, precision}];
  if (!delegate) delegate = host::makeHostGpuDelegate(vectorWidth, precision);
  return delegate;
}

}  // namespace

OpRun runOnHost(const conformance::OpCase& row, uint32_t vectorWidth, std::optional<Precision> precision) {
  OpRun run;
  const auto wanted = row.byReference();
  if (!wanted.ok()) return {{}, {}, "the reference: " + std::string(wanted.status().message())};
  run.wanted = wanted.value()[0];
  Options options;
  options.setThreads(1).setStrategy("greedy").addDelegate(hostOf(vectorWidth, precision));
  auto interpreter = Interpreter::create(support::modelOf(row.graph()), options);
  if (!interpreter.ok()) return {{}, {}, std::string(interpreter.status().message())};
  const CompiledModel& compiled = interpreter.value()->compiled();
  for (const Placement& placement : compiled.placements()) {
    if (placement.partition != kNoPartition && compiled.plan().partitions[placement.partition].delegate == 0) continue;
    return {{}, {}, "the operator was refused"};
  }
  const support::Answer answer = support::invoke(*interpreter.value(), row.inputs());
  if (!answer.status.ok()) return {{}, {}, std::string(answer.status.message())};
  if (!interpreter.value()->faults().empty()) {
    return {{}, {}, std::string(interpreter.value()->faults()[0].status.message())};
  }
  run.found = answer.outputs[0];
  return run;
}

std::string differs(const conformance::OpCase& row, uint32_t vectorWidth) {
  const OpRun run = runOnHost(row, vectorWidth);
  if (!run.trouble.empty()) return run.trouble;
  return support::Tolerance::exact().compare(row.outputType(0), run.wanted, run.found);
}

}  // namespace trireme::gpu
