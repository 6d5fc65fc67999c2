#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/graph/graph_printer.h"
#include "tools/commands.h"
#include "tools/describe.h"
#include "tools/graph_files.h"
#include "tools/open_model.h"

namespace trireme::tools {
namespace {

struct Words : ModelOptions {
  std::string dot, svg;
};

Json candidatesJson(const CompiledModel& compiled, const Placement& placement) {
  Json list = Json::array();
  for (const Candidate& candidate : placement.candidates) {
    Json reasons = Json::array();
    for (const Reason& reason : candidate.support.reasons()) {
      reasons.push_back({{"code", reasonName(reason.code)}, {"text", reason.detail}});
    }
    list.push_back(
        {{"delegate", compiled.delegates()[candidate.delegate]->info().name},
         {"supported", candidate.support.ok()},
         {"reasons", std::move(reasons)},
         {"predicted_us", candidate.support.ok() ? Json(candidate.predicted.seconds * 1e6) : Json(nullptr)}});
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
                      {"fused_into", placement.fusedInto ? Json(*placement.fusedInto) : Json(nullptr)}});
    }
  }
  return list;
}

// Partitions in turn take these; folded nodes are not in the graph any more.
std::string dotOf(const CompiledModel& compiled) {
  constexpr std::string_view kColours[] = {"#a6cee3", "#fdbf6f", "#b2df8a", "#fb9a99", "#cab2d6", "#ffff99", "#dddddd"};
  std::vector<std::string> colours(compiled.graph().nodes().size());
  const auto& partitions = compiled.plan().partitions;
  for (size_t i = 0; i < partitions.size(); ++i) {
    for (const NodeId node : partitions[i].nodes) colours[index(node)] = kColours[i % std::size(kColours)];
  }
  return graph::printDot(compiled.graph(), colours);
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
  output.text(compiled->explain());
  if (!words.dot.empty()) TRIREME_TRY(writeFile(words.dot, dotOf(*compiled)));
  if (!words.svg.empty()) TRIREME_TRY(writeSvg(words.svg, dotOf(*compiled)));

  Json document = documentHead("explain");
  Json passes = Json::array();
  for (const PassReport& pass : compiled->passes()) passes.push_back({{"name", pass.name}, {"changed", pass.changed}});
  document["nodes"] = placementsJson(*compiled);
  document["plan"] = planJson(*compiled);
  document["passes"] = std::move(passes);
  return output.document(document);
}

}  // namespace

std::function<int()> declareExplain(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  declareModel(app, *words);
  declarePlanning(app, *words);
  declareOutput(app, words->output);
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
