#include "tests/models/profile_sweep.h"

#include "core/graph/work.h"
#include "core/plan/strategy.h"
#include "delegates/emulated/embedded_profiles.h"
#include "tests/models/known_model.h"
#include "tests/support/tolerance.h"

namespace trireme::models {
namespace {

constexpr int kThreads = 2;

// Empty when the plan's answer is the CPU's.
std::string differenceOf(const support::Answer& wanted, const support::Answer& got, bool exact) {
  if (!got.status.ok()) return std::string(got.status.message());
  for (size_t i = 0; i < wanted.outputs.size(); ++i) {
    const auto tolerance = exact ? support::Tolerance::exact() : support::Tolerance::halfModel();
    const std::string wrong = tolerance.compare(wanted.types[i], wanted.outputs[i], got.outputs[i]);
    if (!wrong.empty()) return "output " + std::to_string(i) + ": " + wrong;
  }
  return {};
}

struct Wanted {
  std::shared_ptr<const Model> model;
  support::Tensors inputs;
  support::Answer answer;
};

std::string runPlan(const Wanted& wanted, const std::shared_ptr<Delegate>& device, const std::string& strategy,
                    SweepResult& result) {
  Options options;
  options.addDelegate(device).setThreads(kThreads).setStrategy(strategy);
  auto made = Interpreter::create(wanted.model, options);
  if (!made.ok()) return std::string(made.status().message());
  Interpreter& interpreter = *made.value();
  const bool uses = support::nodesPerDelegate(interpreter.compiled()).contains(device->info().name);
  ++result.plans;
  result.delegated += uses ? 1 : 0;
  const support::Answer answer = support::invoke(interpreter, wanted.inputs);
  if (!interpreter.faults().empty()) return std::string(interpreter.faults()[0].status.message());
  return differenceOf(wanted.answer, answer, !uses || device->info().precision == Precision::Exact);
}

}  // namespace

std::vector<std::string> everyProfile() {
  std::vector<std::string> names;
  for (const emulated::EmbeddedProfile& one : emulated::embeddedProfiles()) names.emplace_back(one.name);
  return names;
}

std::vector<std::string> everyStrategy() {
  std::vector<std::string> names;
  for (const plan::Strategy& one : plan::strategyList()) names.emplace_back(one.takesDelegate ? "single" : one.name);
  return names;
}

double macsOf(const std::filesystem::path& file) {
  auto model = Model::fromFile(file);
  if (!model.ok()) return -1;
  auto compiled = CompiledModel::create(model.value(), Options().setThreads(1));
  return compiled.ok() ? double(graph::graphWork(compiled.value()->graph()).macs) : -1;
}

SweepResult sweepModel(const std::filesystem::path& file, const Sweep& sweep) {
  SweepResult result;
  auto model = Model::fromFile(file);
  if (!model.ok()) {
    result.wrong.emplace_back(model.status().message());
    return result;
  }
  auto cpu = Interpreter::create(model.value(), Options().setThreads(kThreads));
  if (!cpu.ok()) return result;
  result.ran = true;
  result.macs = double(graph::graphWork(cpu.value()->compiled().graph()).macs);
  Wanted wanted{model.value(), sensibleInputs(*cpu.value(), 17), {}};
  wanted.answer = support::invoke(*cpu.value(), wanted.inputs);
  cpu.value().reset();
  if (!wanted.answer.status.ok()) {
    result.wrong.emplace_back(wanted.answer.status.message());
    return result;
  }
  for (const std::string& profile : sweep.profiles) {
    const auto device = createDelegate("emulated:" + profile, kThreads);
    if (!device.ok()) {
      result.wrong.emplace_back(device.status().message());
      continue;
    }
    for (const std::string& strategy : sweep.strategies) {
      const std::string name = strategy == "single" ? "single:" + device.value()->info().name : strategy;
      const std::string wrong = runPlan(wanted, device.value(), name, result);
      if (!wrong.empty()) result.wrong.push_back(profile + ", " + strategy + ": " + wrong);
    }
  }
  return result;
}

}  // namespace trireme::models
