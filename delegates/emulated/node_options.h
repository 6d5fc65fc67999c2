#pragma once

#include <optional>

#include "trireme/graph.h"

namespace trireme::emulated {

// An operator's option as a number, by a name that profiles use: "stride_h", "kernel_area", "beta", "align_corners"
// (0 or 1), "axis" (not negative), "axis_from_end" (-1: the last). None where the operator has no such option.
struct NodeOption {
  std::string_view name;
  std::optional<double> (*value)(const Graph& graph, const Node& node);
};
std::span<const NodeOption> nodeOptions();
const NodeOption* findNodeOption(std::string_view name);  // null: there is none
std::string nodeOptionNames();

std::optional<std::string_view> activationWord(const Node& node);  // "NONE", "RELU", ...
std::optional<std::string_view> paddingWord(const Node& node);     // "SAME", "VALID"

}  // namespace trireme::emulated
