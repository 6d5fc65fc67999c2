#include "core/settings_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "trireme/delegates.h"

namespace trireme::core {
namespace {

constexpr int kMostFrames = 64;
constexpr std::string_view kCpu = "cpu";

Status wrong(std::string sentence) { return Status::error(Code::InvalidArgument, std::move(sentence)); }

// The signature's name for a value, where it has one.
std::string nameIn(const std::vector<std::pair<std::string, ValueId>>& names, ValueId value, const Graph& graph) {
  for (const auto& [name, named] : names) {
    if (named == value) return name;
  }
  return graph.value(value).name;
}

}  // namespace

Status checkSettings(const Settings& settings) {
  if (settings.framesInFlight < 1 || settings.framesInFlight > kMostFrames) {
    return wrong(fmt::format("{} frames in flight: 1 to {} are possible", settings.framesInFlight, kMostFrames));
  }
  if (settings.timeoutPerFrame && settings.timeoutPerFrame->count() <= 0) {
    return wrong("the time limit of a frame must be more than 0");
  }
  if (settings.deviceTimeout && settings.deviceTimeout->count() <= 0) {
    return wrong("the time limit of a device must be more than 0");
  }
  return {};
}

Result<std::vector<std::shared_ptr<Delegate>>> completeDelegates(const Settings& settings) {
  std::vector<std::shared_ptr<Delegate>> delegates;
  std::shared_ptr<Delegate> cpu;
  for (size_t i = 0; i < settings.delegates.size(); ++i) {
    const std::shared_ptr<Delegate>& one = settings.delegates[i];
    if (!one) return wrong(fmt::format("delegate {} is null", i));
    const std::string& name = one->info().name;
    if (one == cpu || std::ranges::find(delegates, one) != delegates.end()) {
      return wrong(fmt::format("delegate '{}' was added twice", name));
    }
    if (name != kCpu) {
      delegates.push_back(one);
      continue;
    }
    if (cpu) return wrong("two delegates are called 'cpu'; one is possible");
    cpu = one;
  }
  if (!cpu) {
    CpuOptions options;
    options.threads = settings.threads;
    TRIREME_ASSIGN(cpu, createCpuDelegate(options));
  }
  delegates.push_back(std::move(cpu));
  return delegates;
}

Result<ChosenGraph> chooseGraph(const Model& model, std::string_view signature) {
  const Signature* chosen = nullptr;
  std::string keys;
  for (const Signature& one : model.signatures()) {
    if (one.key == signature) chosen = &one;
    keys += fmt::format("{}'{}'", keys.empty() ? "" : ", ", one.key);
  }
  if (!signature.empty() && !chosen) {
    return wrong(fmt::format("there is no signature '{}'; the model has {}", signature, keys.empty() ? "none" : keys));
  }
  const size_t number = signature.empty() ? 0 : index(chosen->subgraph);
  if (number >= model.subgraphs().size()) return wrong(fmt::format("the model has no subgraph {}", number));
  ChosenGraph result{&model.subgraphs()[number], {}, {}};
  const Signature none;
  const Signature& names = signature.empty() ? none : *chosen;
  for (ValueId value : result.graph->inputs()) result.inputNames.push_back(nameIn(names.inputs, value, *result.graph));
  for (ValueId value : result.graph->outputs()) {
    result.outputNames.push_back(nameIn(names.outputs, value, *result.graph));
  }
  return result;
}

}  // namespace trireme::core
