#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/graph/graph_printer.h"
#include "core/graph/implemented.h"
#include "core/graph/work.h"
#include "tools/commands.h"
#include "tools/describe.h"
#include "tools/graph_files.h"
#include "tools/open_model.h"

namespace trireme::tools {
namespace {

struct Words : ModelOptions {
  std::string dot, svg;
};

Json quantizationJson(const Quantization& quantization) {
  if (quantization.scales.empty()) return nullptr;
  return {{"scales", quantization.scales},
          {"zero_points", quantization.zeroPoints},
          {"axis", quantization.axis < 0 ? Json(nullptr) : Json(quantization.axis)}};
}

Json tensorJson(const Value& value) {
  TensorType type = value.type;
  type.shape = value.declared;
  const auto bytes = byteSize(type);
  return {{"index", value.origin},
          {"name", value.name},
          {"type", dataTypeName(type.dtype)},
          {"shape", shapeJson(type.shape)},
          {"quantization", quantizationJson(type.quantization)},
          {"constant", value.isConstant},
          {"bytes", value.isConstant ? Json(value.constant.size())
                    : bytes.ok()     ? Json(bytes.value())
                                     : Json(nullptr)}};
}

// Tensor indices of the file; -1 for an absent input, as the file has it.
Json valuesJson(const Graph& graph, std::span<const ValueId> values) {
  Json list = Json::array();
  for (const ValueId id : values) list.push_back(id == kNoValue ? Json(-1) : Json(graph.value(id).origin));
  return list;
}

Json nodeJson(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const bool known = graph::implementedVersion(node.op) > 0;
  std::string name(opName(node.op));
  if (const auto* custom = std::get_if<CustomParams>(&node.params)) name = custom->name;
  return {{"index", node.origins.empty() ? index(id) : node.origins[0]},
          {"operator", std::move(name)},
          {"version", node.version},
          {"inputs", valuesJson(graph, node.inputs)},
          {"outputs", valuesJson(graph, node.outputs)},
          {"options", paramsJson(node.params)},
          {"macs", known ? Json(graph::nodeWork(graph, id).macs) : Json(nullptr)}};
}

Json subgraphJson(const Graph& graph) {
  Json tensors = Json::array(), nodes = Json::array();
  for (const Value& value : graph.values()) tensors.push_back(tensorJson(value));
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) nodes.push_back(nodeJson(graph, NodeId{i}));
  return {{"name", graph.name()},
          {"inputs", valuesJson(graph, graph.inputs())},
          {"outputs", valuesJson(graph, graph.outputs())},
          {"tensors", std::move(tensors)},
          {"nodes", std::move(nodes)}};
}

Json signaturesJson(const Model& model) {
  Json list = Json::array();
  for (const Signature& signature : model.signatures()) {
    const Graph& graph = model.subgraphs()[index(signature.subgraph)];
    const auto side = [&](const std::vector<std::pair<std::string, ValueId>>& names) {
      Json object = Json::object();
      for (const auto& [name, value] : names) object[name] = graph.value(value).origin;
      return object;
    };
    list.push_back({{"key", signature.key},
                    {"subgraph", index(signature.subgraph)},
                    {"inputs", side(signature.inputs)},
                    {"outputs", side(signature.outputs)}});
  }
  return list;
}

struct Totals {
  int64_t macs = 0, parameters = 0;
  size_t weightBytes = 0;
};

Totals totalsOf(const Model& model) {
  Totals totals;
  for (const Graph& graph : model.subgraphs()) {
    totals.macs += graph::graphWork(graph).macs;
    totals.parameters += graph::parameterCount(graph);
    for (const Value& value : graph.values()) totals.weightBytes += value.constant.size();
  }
  return totals;
}

Json missingJson(const Model& model) {
  Json list = Json::array();
  for (const Graph& graph : model.subgraphs()) {
    for (const graph::MissingOperator& missing : graph::missingOperators(graph)) {
      list.push_back({{"operator", missing.op}, {"version", missing.version}, {"nodes", missing.nodes}});
    }
  }
  return list;
}

std::string textOf(const Model& model, const Words& words) {
  const Totals totals = totalsOf(model);
  std::string text = fmt::format("{}: {} bytes, {} subgraph(s), {} MACs, {} parameters\n", words.path,
                                 model.bytes().size(), model.subgraphs().size(), totals.macs, totals.parameters);
  if (!model.description().empty()) text += fmt::format("description: {}\n", model.description());
  for (const Signature& signature : model.signatures()) text += fmt::format("signature: {}\n", signature.key);
  for (const std::string& file : model.metadataFiles()) text += fmt::format("metadata file: {}\n", file);
  for (const Graph& graph : model.subgraphs()) text += "\n" + graph::printGraph(graph);
  for (const Graph& graph : model.subgraphs()) {
    const Status status = graph::requireImplemented(graph);
    if (!status.ok()) text += fmt::format("\n{}\n", status.message());
  }
  return text;
}

Status inspect(const Words& words, const Output& output) {
  TRIREME_ASSIGN(const auto model, openModel(words.path));
  output.text(textOf(*model, words));
  const std::string dot = model->subgraphs().empty() ? std::string() : graph::printDot(model->subgraphs()[0]);
  if (!words.dot.empty()) TRIREME_TRY(writeFile(words.dot, dot));
  if (!words.svg.empty()) TRIREME_TRY(writeSvg(words.svg, dot));

  const Totals totals = totalsOf(*model);
  Json document = documentHead("inspect");
  Json subgraphs = Json::array();
  for (const Graph& graph : model->subgraphs()) subgraphs.push_back(subgraphJson(graph));
  document["subgraphs"] = std::move(subgraphs);
  document["signatures"] = signaturesJson(*model);
  document["metadata_files"] = std::vector<std::string>(model->metadataFiles().begin(), model->metadataFiles().end());
  document["totals"] = {{"macs", totals.macs}, {"parameters", totals.parameters}, {"weight_bytes", totals.weightBytes}};
  document["not_implemented"] = missingJson(*model);
  return output.document(document);
}

}  // namespace

std::function<int()> declareInspect(CLI::App& app) {
  const auto words = std::make_shared<Words>();
  declareModel(app, *words);
  declareOutput(app, words->output);
  app.add_option("--dot", words->dot, "the graph for Graphviz")->type_name("FILE");
  app.add_option("--svg", words->svg, "the graph as a picture (needs Graphviz's program dot)")->type_name("FILE");
  return [words] {
    if (!settleModel(*words)) return kWrongUsage;
    const Status status = inspect(*words, Output(words->output));
    return status.ok() ? kDone : Output::fail(status);
  };
}

}  // namespace trireme::tools
