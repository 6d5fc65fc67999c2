#include "tools/frame_account.h"

#include <algorithm>

namespace trireme::tools {
namespace {

struct Interval {
  TimePoint begin, end;
};

double us(TimePoint from, TimePoint to) { return std::chrono::duration<double, std::micro>(to - from).count(); }

// What the intervals cover of [from, to], counted once.
double covered(std::vector<Interval> intervals, TimePoint from, TimePoint to) {
  std::ranges::sort(intervals, {}, &Interval::begin);
  double sum = 0;
  for (const Interval& one : intervals) {
    const TimePoint begin = std::max(one.begin, from), end = std::min(one.end, to);
    if (end <= begin) continue;
    sum += us(begin, end);
    from = end;
  }
  return sum;
}

TimePoint before(TimePoint time, double seconds) {
  return time - std::chrono::duration_cast<TimePoint::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

FrameAccount accountFor(const FrameTiming& timing) {
  FrameAccount account;
  std::vector<Interval> parts, all;
  TimePoint lastQueued = timing.filled;
  for (const StepTiming& step : timing.steps) {
    parts.push_back({step.times.begin, step.times.end});
    if (step.waitSeconds > 0) all.push_back({before(step.times.queued, step.waitSeconds), step.times.queued});
    account.parts += us(step.times.begin, step.times.end);
    lastQueued = std::max(lastQueued, step.times.queued);
  }
  all.push_back({lastQueued, timing.finished});  // from here on there is nothing to do but to wait
  all.insert(all.end(), parts.begin(), parts.end());
  const double inParts = covered(std::move(parts), timing.filled, timing.finished);
  const double inPartsAndWaits = covered(std::move(all), timing.filled, timing.finished);
  account.overlap = account.parts - inParts;
  account.before = us(timing.begin, timing.started);
  account.copyIn = us(timing.started, timing.filled);
  account.wait = inPartsAndWaits - inParts;
  account.dispatch = us(timing.filled, timing.finished) - inPartsAndWaits;
  account.commit = us(timing.finished, timing.committed);
  account.copyOut = us(timing.committed, timing.end);
  return account;
}

}  // namespace trireme::tools
