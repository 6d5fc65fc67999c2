#include "core/source_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/graph_printer.h"
#include "core/graph/tensor_names.h"

namespace trireme::core {

Status checkShapes(const Graph& source, std::span<const InputShape> shapes) {
  std::vector<bool> given(source.inputs().size(), false);
  for (const InputShape& one : shapes) {
    if (one.index < 0 || size_t(one.index) >= given.size()) {
      return Status::error(Code::InvalidArgument,
                           fmt::format("a shape for input {}: the model has {}", one.index, given.size()));
    }
    const std::string& name = source.value(source.inputs()[size_t(one.index)]).name;
    if (!one.shape.isKnown()) {
      return Status::error(Code::InvalidArgument, fmt::format("input {} '{}': the shape {} is not fully known",
                                                              one.index, name, one.shape.text()));
    }
    if (given[size_t(one.index)]) {
      return Status::error(Code::InvalidArgument, fmt::format("input {} '{}' is given two shapes", one.index, name));
    }
    given[size_t(one.index)] = true;
  }
  return {};
}

Result<std::vector<ValueId>> findTensors(const Graph& graph, std::span<const std::string> names) {
  std::vector<ValueId> found;
  for (const std::string& name : names) {
    const auto at = std::ranges::find(graph.values(), name, &Value::name);
    if (name.empty() || at == graph.values().end()) {
      return Status::error(Code::InvalidArgument, fmt::format("there is no tensor '{}' to preserve; {}", name,
                                                              graph::nearestTensors(graph, name)));
    }
    found.push_back(ValueId(uint32_t(at - graph.values().begin())));
  }
  return found;
}

Status requireKnownSizes(const Graph& graph) {
  const auto check = [&](ValueId id, const std::string& where) -> Status {
    if (id == kNoValue) return {};
    const Value& value = graph.value(id);
    if (byteSize(value.type).ok()) return {};
    return Status::error(Code::Unsupported,
                         fmt::format("{}, tensor '{}': its size is not known before running ({} {})", where, value.name,
                                     dataTypeName(value.type.dtype), value.type.shape.text()));
  };
  for (ValueId id : graph.inputs()) TRIREME_TRY(check(id, "the model's input"));
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) {
    const std::string where = graph::describe(graph, NodeId{i});
    for (ValueId id : graph.nodes()[i].inputs) TRIREME_TRY(check(id, where));
    for (ValueId id : graph.nodes()[i].outputs) TRIREME_TRY(check(id, where));
  }
  for (ValueId id : graph.outputs()) TRIREME_TRY(check(id, "the model's output"));
  return {};
}

}  // namespace trireme::core
