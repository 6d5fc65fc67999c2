#include "core/plan/support_table.h"

#include <fmt/format.h>

#include <exception>

namespace trireme::plan {
namespace {

std::vector<Support> refuseAll(const Graph& graph, ReasonCode code, std::string_view detail) {
  return std::vector<Support>(graph.nodes().size(), Support::no(code, detail));
}

std::vector<Support> ask(const Graph& graph, const Delegate& delegate, const DelegateFacts& facts) {
  if (!facts.usable.ok()) return refuseAll(graph, ReasonCode::DeviceFailed, facts.usable.message());
  try {
    std::vector<Support> answers = delegate.query(graph);
    if (answers.size() == graph.nodes().size()) return answers;
    return refuseAll(graph, ReasonCode::DeviceFailed,
                     fmt::format("it gave {} answers for {} nodes", answers.size(), graph.nodes().size()));
  } catch (const std::exception& thrown) {
    return refuseAll(graph, ReasonCode::DeviceFailed, fmt::format("it threw when asked: {}", thrown.what()));
  } catch (...) {
    return refuseAll(graph, ReasonCode::DeviceFailed, "it threw when asked");
  }
}

}  // namespace

void SupportTable::denyAll(uint32_t delegate, ReasonCode code, std::string_view detail) {
  for (Support& answer : answers_[delegate]) answer.require(false, code, detail);
}

SupportTable querySupport(const Graph& graph, std::span<const std::shared_ptr<Delegate>> delegates,
                          std::span<const DelegateFacts> facts) {
  SupportTable table(delegates.size(), graph.nodes().size());
  for (uint32_t i = 0; i < delegates.size(); ++i) table.answer(i, ask(graph, *delegates[i], facts[i]));
  return table;
}

std::string refusalsOf(const SupportTable& support, std::span<const DelegateFacts> facts, NodeId node) {
  std::string text;
  for (uint32_t delegate = 0; delegate < facts.size(); ++delegate) {
    for (const Reason& reason : support.at(delegate, node).reasons()) {
      text += fmt::format("{}{}: {}: {}", text.empty() ? "" : "; ", facts[delegate].name, reasonName(reason.code),
                          reason.detail);
    }
  }
  return text;
}

}  // namespace trireme::plan
