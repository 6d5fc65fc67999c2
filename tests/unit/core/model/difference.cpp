#include "tests/unit/core/model/difference.h"

#include <fmt/format.h>

#include <algorithm>

namespace trireme {
namespace {

std::string differenceOfValue(const Value& a, const Value& b) {
  if (a.name != b.name) return "name " + b.name;
  TensorType expected = a.type;
  if (!expected.shape.isKnown() && a.declared == b.declared) expected.shape = b.type.shape;  // the file has 1s there
  if (!(expected == b.type)) return fmt::format("type, shape {}", b.type.shape.text());
  if (!(a.declared == b.declared)) return fmt::format("declared shape {}", b.declared.text());
  if (a.isConstant != b.isConstant) return "constancy";
  if (!std::ranges::equal(a.constant, b.constant)) return "bytes";
  return {};
}

std::string differenceOfNode(const Node& a, const Node& b) {
  if (a.op != b.op) return fmt::format("operator {}", opName(b.op));
  if (a.version != b.version) return fmt::format("version {}", b.version);
  if (a.inputs != b.inputs) return "inputs";
  if (a.outputs != b.outputs) return "outputs";
  if (a.intermediates != b.intermediates) return "intermediates";
  if (a.bodies != b.bodies) return "bodies";
  if (a.params.index() != b.params.index()) return "kind of parameters";
  const bool equal = std::visit(
      [&b](const auto& params) {
        using T = std::remove_cvref_t<decltype(params)>;
        const T& other = *std::get_if<T>(&b.params);
        if constexpr (std::is_same_v<T, CustomParams>) {
          return params.name == other.name && std::ranges::equal(params.options, other.options);
        } else {
          return params == other;
        }
      },
      a.params);
  return equal ? std::string() : "parameters";
}

bool inOrder(const Graph& graph) {
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    if (graph.nodes()[i].origins != std::vector<uint32_t>{i}) return false;
  }
  return true;
}

}  // namespace

std::string difference(const Graph& expected, const Graph& found) {
  if (expected.name() != found.name()) return "graph name " + found.name();
  if (expected.values().size() != found.values().size()) return fmt::format("{} values", found.values().size());
  for (size_t i = 0; i < expected.values().size(); ++i) {
    const std::string what = differenceOfValue(expected.values()[i], found.values()[i]);
    if (!what.empty()) return fmt::format("value {}: {}", i, what);
  }
  if (expected.nodes().size() != found.nodes().size()) return fmt::format("{} nodes", found.nodes().size());
  for (size_t i = 0; i < expected.nodes().size(); ++i) {
    std::string what = differenceOfNode(expected.nodes()[i], found.nodes()[i]);
    if (what.empty() && inOrder(expected) && expected.nodes()[i].origins != found.nodes()[i].origins) what = "origins";
    if (!what.empty()) return fmt::format("node {}: {}", i, what);
  }
  if (!std::ranges::equal(expected.inputs(), found.inputs())) return "inputs";
  if (!std::ranges::equal(expected.outputs(), found.outputs())) return "outputs";
  const auto same = [](const StateSlot& a, const StateSlot& b) {
    return a.read == b.read && a.written == b.written && std::ranges::equal(a.initial, b.initial);
  };
  return std::ranges::equal(expected.state(), found.state(), same) ? std::string() : "state";
}

}  // namespace trireme
