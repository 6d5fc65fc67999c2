#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/model_options.h"

namespace trireme::tools {

// The JSON of docs/cli.md: what several commands say alike. Times are microseconds, sizes bytes; null is not known.
using Json = nlohmann::ordered_json;

Json documentHead(std::string_view command);  // "trireme", "schema", "command", "machine"
Json machineJson();                           // {"cpu", "cores", "isa", "kernel"}
Json shapeJson(const Shape& shape);           // null for an unknown dimension
Json modelJson(const Model& model, const std::string& path, const Graph& graph);
Json planJson(const CompiledModel& compiled);
Json optionsJson(const std::vector<std::string>& delegates, const CompiledModel& compiled, int threads);
Json paramsJson(const OpParams& params);  // the operator's options by name

// A plan's copies, in its order: steps that are uploads, downloads or hand-overs.
struct CopyStep {
  uint32_t step = 0;
  ValueId value{};
  std::string from, to;  // delegates; the host is "cpu"
  size_t bytes = 0;      // 0: a hand-over moves none
};
std::vector<CopyStep> copiesOf(const CompiledModel& compiled);
std::vector<std::string> delegateNames(const CompiledModel& compiled);
std::string hexSha256(std::span<const std::byte> bytes);

}  // namespace trireme::tools
