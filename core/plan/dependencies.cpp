#include "core/plan/dependencies.h"

#include <algorithm>
#include <set>

#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

struct Past {
  Access access;
  uint32_t step = 0;
};

bool conflict(const Access& a, const Access& b) { return (a.writes || b.writes) && overlap(a.slot, b.slot); }

bool covers(const Slot& outer, const Slot& inner) {
  return outer.arena == inner.arena && outer.offset <= inner.offset &&
         outer.offset + outer.bytes >= inner.offset + inner.bytes;
}

// How far every queue is known to be when a step begins: one more than its last finished step.
using Progress = std::vector<uint32_t>;

void learn(Progress& known, const Progress& other) {
  for (size_t q = 0; q < known.size(); ++q) known[q] = std::max(known[q], other[q]);
}

}  // namespace

void addDependencies(ExecutionPlan& plan, std::span<const DelegateFacts> facts) {
  std::vector<std::vector<Past>> pasts(plan.arenas.size());
  std::vector<Progress> queues(facts.size(), Progress(facts.size(), 0));  // after the last step of each queue
  std::vector<Progress> done;                                             // after each step
  for (uint32_t s = 0; s < plan.steps.size(); ++s) {
    Step& step = plan.steps[s];
    const uint32_t queue = facts[step.delegate].queue;
    Progress& known = queues[queue];
    std::set<uint32_t, std::greater<>> wanted;
    for (const Access& access : accessesOf(step)) {
      for (const Past& past : pasts[access.slot.arena]) {
        if (conflict(access, past.access)) wanted.insert(past.step);
      }
    }
    for (uint32_t other : wanted) {  // the latest first: it may bring the earlier ones along
      const uint32_t otherQueue = facts[plan.steps[other].delegate].queue;
      if (otherQueue == queue || known[otherQueue] > other) continue;
      step.after.push_back(other);
      learn(known, done[other]);
    }
    std::ranges::sort(step.after);
    known[queue] = s + 1;
    done.push_back(known);
    for (const Access& access : accessesOf(step)) {
      std::vector<Past>& past = pasts[access.slot.arena];
      if (access.writes) {  // whoever comes later waits for this step, and so for those it waited for
        std::erase_if(past, [&](const Past& one) { return covers(access.slot, one.access.slot) && one.step != s; });
      }
      past.push_back({access, s});
    }
  }
}

}  // namespace trireme::plan
