#include "tools/trace_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/call_times.h"

namespace trireme::tools {
namespace {

constexpr std::string_view kKinds[] = {"load", "pass", "query", "assign",    "compile", "bind",
                                       "run",  "node", "copy",  "hand-over", "wait",    "frame"};
constexpr int kProcess = 1;

bool isCopy(const TraceSpan& span) { return span.kind == SpanKind::Copy || span.kind == SpanKind::Handover; }

// Spans as events of Chrome's format.
class ChromeEvents {
 public:
  ChromeEvents(std::span<const TraceSpan> spans, const CompiledModel& compiled)
      : compiled_(compiled), copies_(copiesOf(compiled)), spans_(spans.begin(), spans.end()) {
    // In the order of time, a span before those that it encloses.
    std::ranges::stable_sort(spans_, [](const TraceSpan& a, const TraceSpan& b) {
      return a.beginNs != b.beginNs ? a.beginNs < b.beginNs : a.endNs > b.endNs;
    });
    for (const TraceSpan& span : spans_) {
      if (span.kind == SpanKind::Assign) plannedNs_ = std::max(plannedNs_, span.endNs);
    }
  }

  Json write() {
    events_.push_back(metadata("process_name", 0, "trireme"));
    nameTrack(0, "host");
    for (uint32_t i = 0; i < compiled_.delegates().size(); ++i) {
      const std::string& name = compiled_.delegates()[i]->info().name;
      nameTrack(i + 1, name);
      nameTrack(waitTrack(i + 1), fmt::format("host, before work of {}", name));
    }
    for (const TraceSpan& span : spans_) {
      if (span.kind == SpanKind::Frame) {
        addFrame(span);
      } else {
        addSlice(span);
      }
    }
    std::ranges::stable_sort(timed_, {}, &std::pair<int64_t, Json>::first);
    for (auto& [ns, event] : timed_) events_.push_back(std::move(event));
    return std::move(events_);
  }

 private:
  static Json metadata(std::string_view what, uint32_t track, const std::string& name) {
    return {{"name", what}, {"ph", "M"}, {"pid", kProcess}, {"tid", track}, {"args", {{"name", name}}}};
  }
  void nameTrack(uint32_t track, const std::string& name) { events_.push_back(metadata("thread_name", track, name)); }
  // A device goes on while the host waits to give it more: waits are on tracks of their own.
  uint32_t waitTrack(uint32_t track) const { return track + uint32_t(compiled_.delegates().size()); }
  double us(int64_t ns) const { return double(ns - spans_.front().beginNs) / 1e3; }
  // Not of a plan that was given up when a device failed.
  bool isOfThisPlan(const TraceSpan& span) const { return span.beginNs >= plannedNs_; }

  // Frames may overlap, so they are no slices of a track.
  void addFrame(const TraceSpan& span) {
    for (const bool end : {false, true}) {
      const int64_t ns = end ? span.endNs : span.beginNs;
      timed_.emplace_back(ns, Json{{"name", fmt::format("frame {}", span.frame)},
                                   {"cat", "frame"},
                                   {"ph", end ? "e" : "b"},
                                   {"id", span.frame},
                                   {"pid", kProcess},
                                   {"tid", 0},
                                   {"ts", us(ns)}});
    }
  }

  void addSlice(const TraceSpan& span) {
    const bool waits = span.kind == SpanKind::Wait;
    timed_.emplace_back(span.beginNs, Json{{"name", nameOf(span)},
                                           {"cat", kKinds[static_cast<size_t>(span.kind)]},
                                           {"ph", "X"},
                                           {"pid", kProcess},
                                           {"tid", waits ? waitTrack(span.track) : uint32_t(span.track)},
                                           {"ts", us(span.beginNs)},
                                           {"dur", double(span.endNs - span.beginNs) / 1e3},
                                           {"args", argsOf(span)}});
  }

  Json argsOf(const TraceSpan& span) const {
    if (span.track == 0) return Json::object();
    Json args = {{"frame", span.frame}};
    if (span.kind == SpanKind::Wait) return args;
    args["label"] = timeLabelName(compiled_.delegates()[span.track - 1u]->info().label);
    if (isCopy(span)) args["bytes"] = span.bytes;
    if (!isOfThisPlan(span)) return args;
    if (span.kind == SpanKind::Run) args["partition"] = span.subject;
    if (isCopy(span)) args["copy"] = copyOf(span);
    if (const CallInfo* call = callOf(span, compiled_)) {
      args["partition"] = span.partition;
      args["kernel"] = call->kernel;
    }
    return args;
  }

  size_t copyOf(const TraceSpan& span) const {
    return size_t(std::ranges::find(copies_, span.subject, &CopyStep::step) - copies_.begin());
  }

  std::string nameOf(const TraceSpan& span) const {
    const std::string plain = fmt::format("{} {}", kKinds[static_cast<size_t>(span.kind)], span.subject);
    if (span.track == 0) return plain;
    if (!isOfThisPlan(span)) return fmt::format("{} of a plan that failed", plain);
    if (span.kind == SpanKind::Run) return fmt::format("partition {}", span.subject);
    if (span.kind == SpanKind::Wait) return "wait";
    if (isCopy(span) && copyOf(span) < copies_.size()) {
      const CopyStep& copy = copies_[copyOf(span)];
      return fmt::format("copy {} -> {} {}", copy.from, copy.to, compiled_.graph().value(copy.value).name);
    }
    if (const CallInfo* call = callOf(span, compiled_)) {
      const Node& last = compiled_.graph().node(call->nodes.back());
      return fmt::format("{} [{}]", opName(last.op), fmt::join(originsOf(*call, compiled_.graph()), ","));
    }
    return plain;
  }

  const CompiledModel& compiled_;
  std::vector<CopyStep> copies_;
  std::vector<TraceSpan> spans_;
  int64_t plannedNs_ = INT64_MIN;
  Json events_ = Json::array();
  std::vector<std::pair<int64_t, Json>> timed_;
};

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
  return {{"traceEvents", ChromeEvents(spans, compiled).write()}, {"displayTimeUnit", "ms"}};
}

}  // namespace trireme::tools
