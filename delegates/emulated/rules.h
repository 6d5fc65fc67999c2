#pragma once

#include "delegates/emulated/profile.h"

namespace trireme::emulated {

// What a rule is asked about.
struct RuleContext {
  const Profile& profile;
  const OpRow& row;
  const Graph& graph;
  const Node& node;
};

// A kind of condition: the fields that it wants and may have, besides "rule", "for", "since" and "until", and the
// check. `broken` gives a sentence without a full stop, empty when the node keeps the rule.
struct RuleKind {
  std::string_view name;
  ReasonCode code;
  std::string_view needs, takes;  // names of fields, separated by blanks
  bool needsBound = false;        // at least one of min, max, in, not_in, multiple_of
  std::string (*broken)(const Rule& rule, const RuleContext& context) = nullptr;
};
std::span<const RuleKind> ruleKinds();

}  // namespace trireme::emulated
