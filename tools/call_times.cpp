#include "tools/call_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/graph/work.h"

namespace trireme::tools {
namespace {

double microseconds(const TraceSpan& span) { return double(span.endNs - span.beginNs) / 1e3; }

std::string operatorsOf(const CallInfo& call, const Graph& graph) {
  std::string names;
  for (const NodeId id : call.nodes) names += fmt::format("{}{}", names.empty() ? "" : "+", opName(graph.node(id).op));
  return names;
}

// A rate with three digits, or a blank where nothing is known.
std::string rate(double amount, double us) {
  return amount > 0 && us > 0 ? fmt::format("{:.3g}", amount / us / 1e3) : "";
}

}  // namespace

const CallInfo* callOf(const TraceSpan& span, const CompiledModel& compiled) {
  if (span.kind != SpanKind::Node || span.partition >= compiled.plan().partitions.size()) return nullptr;
  const auto calls = compiled.calls(span.partition);
  return span.subject < calls.size() ? &calls[span.subject] : nullptr;
}

std::vector<uint32_t> originsOf(const CallInfo& call, const Graph& graph) {
  std::vector<uint32_t> origins;
  for (const NodeId id : call.nodes) {
    const auto& from = graph.node(id).origins;
    origins.insert(origins.end(), from.begin(), from.end());
  }
  std::sort(origins.begin(), origins.end());
  return origins;
}

Json callsJson(std::span<const TraceSpan> spans, const CompiledModel& compiled) {
  Json calls = Json::array();
  for (const TraceSpan& span : spans) {
    const CallInfo* call = callOf(span, compiled);
    if (!call) continue;
    calls.push_back({{"partition", span.partition},
                     {"nodes", originsOf(*call, compiled.graph())},
                     {"kernel", call->kernel},
                     {"us", double(span.endNs - span.beginNs) / 1e3}});
  }
  return calls;
}

std::string callsText(std::span<const TraceSpan> spans, const CompiledModel& compiled) {
  double all = 0;
  for (const TraceSpan& span : spans) {
    if (callOf(span, compiled)) all += microseconds(span);
  }
  const Graph& graph = compiled.graph();
  std::string text = fmt::format("  {:>9} {:>6} {:>8} {:>6}  {}\n", "us", "share", "GFLOP/s", "GB/s", "call");
  for (const TraceSpan& span : spans) {
    const CallInfo* call = callOf(span, compiled);
    if (!call) continue;
    graph::Work work;
    for (const NodeId id : call->nodes) {
      const graph::Work one = graph::nodeWork(graph, id);
      work.operations += one.operations;
      work.bytes += one.bytes;
    }
    const double us = microseconds(span);
    text += fmt::format("  {:>9.1f} {:>4.1f} % {:>8} {:>6}  {} {} [{}], {}\n", us, all > 0 ? 100 * us / all : 0,
                        rate(double(work.operations), us), rate(double(work.bytes), us), span.partition,
                        operatorsOf(*call, graph), fmt::join(originsOf(*call, graph), ","), call->kernel);
  }
  return all > 0 ? text : "";
}

}  // namespace trireme::tools
