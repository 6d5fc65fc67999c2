#pragma once

#include "core/base/clock.h"
#include "trireme/plan.h"

namespace trireme::core {

// A span of the host's from here to the end of the block.
class TraceScope {
 public:
  TraceScope(TraceSink* sink, SpanKind kind, uint32_t subject = 0)
      : sink_(sink), kind_(kind), subject_(subject), begin_(base::now()) {}
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;
  ~TraceScope() {
    if (sink_) sink_->record({kind_, 0, subject_, 0, nanoseconds(begin_), nanoseconds(base::now()), 0});
  }

 private:
  static int64_t nanoseconds(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  }
  TraceSink* sink_;
  SpanKind kind_;
  uint32_t subject_;
  TimePoint begin_;
};

}  // namespace trireme::core
