#include "tools/trace_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trireme::tools {
namespace {

constexpr std::string_view kKinds[] = {"load", "pass", "query", "assign",    "compile", "bind",
                                       "run",  "node", "copy",  "hand-over", "wait"};

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

std::string nameOf(const TraceSpan& span, const CompiledModel& compiled) {
  if (const CallInfo* call = callOf(span, compiled)) {
    const Node& last = compiled.graph().node(call->nodes.back());
    return fmt::format("{} [{}]", opName(last.op), fmt::join(originsOf(*call, compiled.graph()), ","));
  }
  return fmt::format("{} {}", kKinds[static_cast<size_t>(span.kind)], span.subject);
}

}  // namespace

TraceCollector::TraceCollector(size_t room) { spans_.reserve(room); }

void TraceCollector::record(const TraceSpan& span) noexcept {
  const std::lock_guard lock(mutex_);
  if (spans_.size() < spans_.capacity()) {
    spans_.push_back(span);
  } else {
    ++dropped_;
  }
}

std::vector<TraceSpan> TraceCollector::spans() const {
  const std::lock_guard lock(mutex_);
  return spans_;
}

uint64_t TraceCollector::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void TraceCollector::clear() {
  const std::lock_guard lock(mutex_);
  spans_.clear();
}

Json chromeTrace(std::span<const TraceSpan> spans, const CompiledModel& compiled) {
  Json events = Json::array();
  const auto track = [&](uint32_t number, const std::string& name) {
    events.push_back({{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", number}, {"args", {{"name", name}}}});
  };
  track(0, "host");
  for (uint32_t i = 0; i < compiled.delegates().size(); ++i) track(i + 1, compiled.delegates()[i]->info().name);
  int64_t first = INT64_MAX;
  for (const TraceSpan& span : spans) first = std::min(first, span.beginNs);
  for (const TraceSpan& span : spans) {
    events.push_back({{"name", nameOf(span, compiled)},
                      {"cat", kKinds[static_cast<size_t>(span.kind)]},
                      {"ph", "X"},
                      {"pid", 1},
                      {"tid", span.track},
                      {"ts", double(span.beginNs - first) / 1e3},
                      {"dur", double(span.endNs - span.beginNs) / 1e3},
                      {"args", {{"frame", span.frame}, {"bytes", span.bytes}}}});
  }
  return {{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}};
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

}  // namespace trireme::tools
