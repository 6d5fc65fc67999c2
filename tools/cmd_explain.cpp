#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/plan/explain.h"
#include "core/plan/time_text.h"
#include "tools/commands.h"
#include "tools/describe.h"
#include "tools/graph_files.h"
#include "tools/open_model.h"
#include "tools/plan_picture.h"
#include "tools/tuning_text.h"

namespace trireme::tools {
namespace {

struct Words : ModelOptions {
  std::string dot, svg;
  bool kernels = false;
};

Json candidatesJson(const CompiledModel& compiled, const Placement& placement) {
  Json list = Json::array();
  for (const Candidate& candidate : placement.candidates) {
    Json reasons = Json::array();
    for (const Reason& reason : candidate.support.reasons()) {
      reasons.push_back({{"code", reasonName(reason.code)}, {"text", reason.detail}});
    }
    list.push_back({{"delegate", compiled.delegates()[candidate.delegate]->info().name},
                    {"supported", candidate.support.ok()},
                    {"reasons", std::move(reasons)},
                    {"predicted_us", candidate.support.ok() ? Json(candidate.predicted.seconds * 1e6) : Json(nullptr)},
                    {"predicted_source",
                     candidate.support.ok() ? Json(plan::sourceName(candidate.predicted.source)) : Json(nullptr)}});
  }
  return list;
}

Json placementsJson(const CompiledModel& compiled) {
  Json list = Json::array();
  for (const Placement& placement : compiled.placements()) {
    const bool placed = placement.partition != kNoPartition;
    const auto delegate = placed ? compiled.plan().partitions[placement.partition].delegate : 0;
    for (const uint32_t origin : placement.origins) {
      list.push_back({{"index", origin},
                      {"operator", opName(placement.op)},
                      {"name", placement.name},
                      {"delegate", placed ? Json(compiled.delegates()[delegate]->info().name) : Json(nullptr)},
                      {"partition", placed ? Json(placement.partition) : Json(nullptr)},
                      {"why", placement.why},
                      {"candidates", candidatesJson(compiled, placement)},
                      {"runner_up", placement.runnerUp ? Json(compiled.delegates()[*placement.runnerUp]->info().name)
                                                       : Json(nullptr)},
                      {"fused_into", placement.fusedInto ? Json(*placement.fusedInto) : Json(nullptr)},
                      {"passes", placement.passes}});
    }
  }
  return list;
}

// The instruction set that a kernel's name ends with ("gemm_f32_avx512"), and what stands before it.
std::pair<std::string, Json> familyAndIsa(const std::string& kernel) {
  constexpr std::string_view kIsas[] = {"scalar", "avx2", "avx512", "vnni", "amx", "neon", "dotprod", "i8mm"};
  const size_t at = kernel.rfind('_');
  if (at == std::string::npos) return {kernel, nullptr};
  const std::string isa = kernel.substr(at + 1);
  if (std::ranges::find(kIsas, isa) == std::end(kIsas)) return {kernel, nullptr};
  return {kernel.substr(0, at), isa};
}

Json kernelsJson(const CompiledModel& compiled) {
  Json list = Json::array();
  for (uint32_t p = 0; p < compiled.plan().partitions.size(); ++p) {
    for (const CallInfo& call : compiled.calls(p)) {
      Json nodes = Json::array();
      for (const NodeId node : call.nodes) {
        for (const uint32_t origin : compiled.graph().node(node).origins) nodes.push_back(origin);
      }
      const auto [family, isa] = familyAndIsa(call.kernel);
      list.push_back({{"partition", p},
                      {"nodes", std::move(nodes)},
                      {"kernel", call.kernel},
                      {"family", family},
                      {"isa", isa},
                      {"why", call.why}});
    }
  }
  return list;
}

std::string kernelsText(const CompiledModel& compiled) {
  std::vector<std::span<const CallInfo>> calls;
  for (uint32_t p = 0; p < compiled.plan().partitions.size(); ++p) calls.push_back(compiled.calls(p));
  return plan::explainKernels(compiled.graph(), calls);
}

Status explain(const Words& words, const Output& output, int& exitCode) {
  std::vector<std::string> named;
  const auto options = planningOptions(words, output, named);
  if (!options.ok()) {
    if (options.status().code() == Code::InvalidArgument) exitCode = kWrongUsage;
    return options.status();
  }
  TRIREME_ASSIGN(const auto model, openModel(words.path));
  TRIREME_ASSIGN(const auto compiled, CompiledModel::create(model, options.value()));
  output.text(tuningText(*compiled) + compiled->explain());
  if (words.kernels) output.text(kernelsText(*compiled));
  if (!words.dot.empty()) TRIREME_TRY(writeFile(words.dot, planPicture(*compiled)));
  if (!words.svg.empty()) TRIREME_TRY(writeSvg(words.svg, planPicture(*compiled)));

  Json document = documentHead("explain");
  Json passes = Json::array();
  for (const PassReport& pass : compiled->passes()) passes.push_back({{"name", pass.name}, {"changed", pass.changed}});
  document["nodes"] = placementsJson(*compiled);
  document["plan"] = planJson(*compiled);
  document["passes"] = std::move(passes);
  document["tuning"] = tuningJson(*compiled);
  if (words.kernels) document["kernels"] = kernelsJson(*compiled);
  return output.document(document);
}

}  // namespace

std::function<int()> declareExplain(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  declareModel(app, *words);
  declarePlanning(app, *words);
  declareOutput(app, words->output);
  app.add_flag("--kernels", words->kernels, "what each partition calls, and why that kernel");
  app.add_option("--dot", words->dot, "the plan for Graphviz, partitions coloured")->type_name("FILE");
  app.add_option("--svg", words->svg, "the plan as a picture (needs Graphviz's program dot)")->type_name("FILE");
  return [words] {
    if (!settleModel(*words)) return kWrongUsage;
    int exitCode = kDone;
    const Status status = explain(*words, Output(words->output), exitCode);
    if (status.ok()) return kDone;
    const int code = Output::fail(status);
    return exitCode == kDone ? code : exitCode;
  };
}

}  // namespace trireme::tools
