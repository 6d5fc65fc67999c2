#include "trireme/delegate.h"

namespace trireme {

std::string_view timeLabelName(TimeLabel label) {
  constexpr std::string_view kNames[] = {"measured", "modelled", "paced"};
  return kNames[size_t(label)];
}

std::vector<Support> Delegate::query(const Graph& graph) const {
  std::vector<Support> answers;
  answers.reserve(graph.nodes().size());
  for (uint32_t i = 0; i < graph.nodes().size(); ++i) answers.push_back(supports(graph, NodeId{i}));
  return answers;
}

}  // namespace trireme
