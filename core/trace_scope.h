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
    if (sink_) sink_->record({kind_, 0, subject_, 0, base::nanoseconds(begin_), base::nanoseconds(base::now()), 0});
  }

 private:
  TraceSink* sink_;
  SpanKind kind_;
  uint32_t subject_;
  TimePoint begin_;
};

}  // namespace trireme::core
