#pragma once

#include "tools/describe.h"

// Times of the kernel calls and dispatches inside partitions, from the spans of one frame.
namespace trireme::tools {

// What a span of kind Node is of; null for any other, and for one of a plan that is no longer there.
const CallInfo* callOf(const TraceSpan& span, const CompiledModel& compiled);
// Operator indices in the file, ascending.
std::vector<uint32_t> originsOf(const CallInfo& call, const Graph& graph);

// The calls of one frame: [{"partition", "nodes", "kernel", "us"}].
Json callsJson(std::span<const TraceSpan> spans, const CompiledModel& compiled);
// The same as a table: a line a call with its share of all calls, arithmetic and bytes a second (the nodes' own, by
// core/graph/work, whatever the kernel really does).
std::string callsText(std::span<const TraceSpan> spans, const CompiledModel& compiled);

}  // namespace trireme::tools
