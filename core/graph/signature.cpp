#include "core/graph/signature.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <type_traits>

#include "core/graph/graph_printer.h"
#include "core/graph/op_table.h"

namespace trireme::graph {
namespace {

// Stands for a field of any type, to count those of a plain struct.
struct AnyField {
  template <class T>
  operator T() const;  // never defined: only counted
};
template <class T, class... Fields>
consteval size_t fieldCount() {
  if constexpr (requires { T{Fields{}..., AnyField{}}; }) {
    return fieldCount<T, Fields..., AnyField>();
  } else {
    return sizeof...(Fields);
  }
}

template <class Field>
std::string fieldText(const Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    return fmt::format("{}", static_cast<int>(field));
  } else {
    return fmt::format("{}", field);
  }
}

template <class... Fields>
std::string join(const Fields&... fields) {
  std::string text;
  ((text += (text.empty() ? "" : " ") + fieldText(fields)), ...);
  return text;
}

// The values of an options struct in the order of its fields: a new field is part of the text without more ado.
struct OptionsText {
  template <class Params>
  std::string operator()(const Params& p) const {
    constexpr size_t kCount = fieldCount<Params>();
    static_assert(kCount <= 11, "more fields than can be taken apart here");
    if constexpr (kCount == 0) {
      return "";
    } else if constexpr (kCount == 1) {
      const auto& [a] = p;
      return join(a);
    } else if constexpr (kCount == 2) {
      const auto& [a, b] = p;
      return join(a, b);
    } else if constexpr (kCount == 3) {
      const auto& [a, b, c] = p;
      return join(a, b, c);
    } else if constexpr (kCount == 4) {
      const auto& [a, b, c, d] = p;
      return join(a, b, c, d);
    } else if constexpr (kCount == 5) {
      const auto& [a, b, c, d, e] = p;
      return join(a, b, c, d, e);
    } else if constexpr (kCount == 6) {
      const auto& [a, b, c, d, e, f] = p;
      return join(a, b, c, d, e, f);
    } else if constexpr (kCount == 7) {
      const auto& [a, b, c, d, e, f, g] = p;
      return join(a, b, c, d, e, f, g);
    } else if constexpr (kCount == 8) {
      const auto& [a, b, c, d, e, f, g, h] = p;
      return join(a, b, c, d, e, f, g, h);
    } else if constexpr (kCount == 9) {
      const auto& [a, b, c, d, e, f, g, h, i] = p;
      return join(a, b, c, d, e, f, g, h, i);
    } else if constexpr (kCount == 10) {
      const auto& [a, b, c, d, e, f, g, h, i, j] = p;
      return join(a, b, c, d, e, f, g, h, i, j);
    } else {
      const auto& [a, b, c, d, e, f, g, h, i, j, k] = p;
      return join(a, b, c, d, e, f, g, h, i, j, k);
    }
  }
  std::string operator()(const CustomParams& p) const {
    uint64_t hash = 14695981039346656037U;  // FNV-1a: options of a stranger's operator are bytes
    for (const std::byte one : p.options) hash = (hash ^ uint64_t(one)) * 1099511628211U;
    return fmt::format("{} {:016x}", p.name, hash);
  }
};

std::string operandText(const Graph& graph, ValueId id) {
  if (id == kNoValue) return "-";
  const Value& value = graph.value(id);
  return fmt::format("{}{}", value.isConstant ? "const " : "", describe(value.type));
}

std::string operandsText(const Graph& graph, std::span<const ValueId> ids) {
  std::string text;
  for (const ValueId id : ids) text += (text.empty() ? "" : ", ") + operandText(graph, id);
  return text;
}

std::string_view firstType(const Graph& graph, const Node& node) {
  for (const std::vector<ValueId>* ids : {&node.inputs, &node.outputs}) {
    for (const ValueId id : *ids) {
      if (id != kNoValue) return dataTypeName(graph.value(id).type.dtype);
    }
  }
  return "nothing";
}

}  // namespace

std::string signatureOf(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return fmt::format("{} {}; {}; {} -> {}", opName(node.op), firstType(graph, node),
                     std::visit(OptionsText(), node.params), operandsText(graph, node.inputs),
                     operandsText(graph, node.outputs));
}

std::string_view familyOf(std::string_view signature) { return signature.substr(0, signature.find(';')); }

}  // namespace trireme::graph
