#pragma once

#include <mutex>

#include "tools/describe.h"

namespace trireme::tools {

// Keeps every span of a run. From any thread; drops what exceeds its room and counts it, so that recording never
// allocates.
class TraceCollector final : public TraceSink {
 public:
  explicit TraceCollector(size_t room);
  void record(const TraceSpan& span) noexcept override;
  // Spans recorded since the last clear(), oldest first.
  std::vector<TraceSpan> spans() const;
  uint64_t dropped() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::vector<TraceSpan> spans_;
  uint64_t dropped_ = 0;
};

// Chrome's trace event format (catapult), which Perfetto reads too: a track a device and one for the host's waits
// before its work, complete events ("X"), frames as asynchronous events ("b", "e").
Json chromeTrace(std::span<const TraceSpan> spans, const CompiledModel& compiled);

}  // namespace trireme::tools
