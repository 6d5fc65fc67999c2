#include "core/graph/graph_printer.h"

#include <fmt/format.h>

#include "core/graph/op_table.h"
#include "core/graph/topology.h"

namespace trireme::graph {
namespace {

std::string reference(const Graph& graph, ValueId id) {
  if (id == kNoValue) return "-";
  const Value& value = graph.value(id);
  return fmt::format("%{}{}", index(id), value.isConstant ? "c" : "");
}

std::string references(const Graph& graph, std::span<const ValueId> ids) {
  std::string text;
  for (const ValueId id : ids) text += (text.empty() ? "" : ", ") + reference(graph, id);
  return text;
}

std::string valueLine(const Graph& graph, const char* role, ValueId id) {
  const Value& value = graph.value(id);
  return fmt::format("  {} {} '{}' {}\n", role, reference(graph, id), value.name, describe(value.type));
}

std::string dotText(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') escaped += '\\';
    escaped += letter == '\n' ? ' ' : letter;
  }
  return escaped;
}

// An edge's label: the shape; the reader of a picture knows the rest.
std::string edge(const std::string& from, const std::string& to, const Value& value) {
  return fmt::format("  {} -> {} [label=\"{}\"];\n", from, to, value.type.shape.text());
}

std::string source(const Graph& graph, ValueId id) {
  if (const std::optional<NodeId> producer = graph.producer(id)) return fmt::format("n{}", index(*producer));
  return fmt::format("v{}", index(id));
}

}  // namespace

std::string describe(const Graph& graph, NodeId id) { return describe(graph.node(id)); }

std::string describe(const TensorType& type) {
  const Quantization& quantization = type.quantization;
  std::string_view kind;
  if (!quantization.scales.empty()) {
    kind = quantization.blockSize != 0 ? " per block" : quantization.axis >= 0 ? " per channel" : " per tensor";
  }
  return fmt::format("{}{} {}", dataTypeName(type.dtype), kind, type.shape.text());
}

std::string printGraph(const Graph& graph) {
  std::string text =
      fmt::format("graph '{}': {} nodes, {} values\n", graph.name(), graph.nodes().size(), graph.values().size());
  for (const ValueId id : graph.inputs()) text += valueLine(graph, "input", id);
  for (const StateSlot& slot : graph.state()) {
    text += valueLine(graph, "state", slot.read);
  }
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.node(NodeId{n});
    text += fmt::format("  {} v{} ({}) -> {}", describe(node), node.version, references(graph, node.inputs),
                        references(graph, node.outputs));
    for (const ValueId id : node.outputs) text += fmt::format("  {}", describe(graph.value(id).type));
    text += '\n';
  }
  for (const ValueId id : graph.outputs()) text += valueLine(graph, "output", id);
  return text;
}

std::string printDot(const Graph& graph, std::span<const std::string> colour) {
  std::string text = fmt::format("digraph \"{}\" {{\n  node [shape=box, style=\"rounded,filled\", fillcolor=white];\n",
                                 dotText(graph.name()));
  const auto ellipse = [&](ValueId id) {
    text += fmt::format("  v{} [shape=ellipse, label=\"{}\\n{}\"];\n", index(id), dotText(graph.value(id).name),
                        describe(graph.value(id).type));
  };
  for (const ValueId id : graph.inputs()) ellipse(id);
  for (const StateSlot& slot : graph.state()) ellipse(slot.read);
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.node(NodeId{n});
    const std::string fill =
        n < colour.size() && !colour[n].empty() ? fmt::format(", fillcolor=\"{}\"", dotText(colour[n])) : "";
    text +=
        fmt::format("  n{} [label=\"{}\\n{}\"{}];\n", n, dotText(nodeName(node)), fmt::join(node.origins, ", "), fill);
    for (const ValueId id : node.inputs) {
      if (id != kNoValue && !graph.value(id).isConstant)
        text += edge(source(graph, id), fmt::format("n{}", n), graph.value(id));
    }
  }
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    const Value& value = graph.value(graph.outputs()[i]);
    text += fmt::format("  o{} [shape=ellipse, label=\"{}\\n{}\"];\n", i, dotText(value.name), describe(value.type));
    if (value.isConstant) continue;
    text += edge(source(graph, graph.outputs()[i]), fmt::format("o{}", i), value);
  }
  return text + "}\n";
}

}  // namespace trireme::graph
